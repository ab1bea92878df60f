using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace QEngine.Tools.Serving.Http;

/// <summary>Lets requests through that may be answered: with the key where there is one, else of this machine itself.</summary>
/// <param name="options">The key, and the address listened at.</param>
internal sealed class RequestGuard(ServerOptions options)
{
    private const string Scheme = "Bearer ";

    // Open without a key: what says that the server lives, and the page, which asks for the key and holds nothing.
    private static readonly string[] Open = ["/", "/healthz"];

    // Hashes have one length, so comparing them does not tell that of the key.
    private readonly byte[]? _key = options.ApiKey is { } key ? Hash(key) : null;

    /// <summary>Passes a request on, or refuses it.</summary>
    /// <exception cref="ApiException">It is refused.</exception>
    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        if (_key is null) RequireOwnPage(context.Request);
        else if (!Open.Contains(context.Request.Path.Value) && !HasKey(context.Request)) throw NoKey();
        return next(context);
    }

    /// <summary>Whether a request may see what the server holds.</summary>
    public bool IsLetIn(HttpRequest request) => _key is null || HasKey(request);

    /// <summary>
    /// Without a key anybody on this machine is answered, but no page of another site that a browser here shows: neither one whose name
    /// was made to lead here (DNS rebinding), nor one that sends requests across.
    /// </summary>
    private void RequireOwnPage(HttpRequest request)
    {
        if (!IsOwnName(request.Host.Host))
            throw Foreign($"expected Host: localhost or a loopback address, found '{request.Host}'");
        if (request.Headers["Sec-Fetch-Site"] == "cross-site" && request.Headers["Sec-Fetch-Mode"] != "navigate")
            throw Foreign("expected no request of another site's page, found one");
    }

    private static ApiException Foreign(string message) => new(StatusCodes.Status403Forbidden, message) { Code = "foreign_page" };

    private bool IsOwnName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && (IPAddress.IsLoopback(address) || address.Equals(options.Host)));

    private bool HasKey(HttpRequest request)
    {
        string given = request.Headers.Authorization.ToString();
        return given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(given[Scheme.Length..].Trim()), _key);
    }

    private static ApiException NoKey() =>
        new(StatusCodes.Status401Unauthorized, "expected Authorization: Bearer and the server's key, found another or none")
        {
            Code = "invalid_api_key",
        };

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
