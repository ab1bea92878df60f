using Microsoft.AspNetCore.Http;

namespace QEngine.Tools.Serving.Http;

/// <summary>Why a request is not answered, in the words and with the codes of OpenAI's API.</summary>
/// <param name="status">The status code.</param>
/// <param name="message">What was expected and what was found.</param>
internal sealed class ApiException(int status, string message) : Exception(message)
{
    /// <summary>The kind of what is wrong with the request itself.</summary>
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>The status code.</summary>
    public int Status => status;

    /// <summary>The kind of error.</summary>
    public string Type { get; init; } = InvalidRequest;

    /// <summary>The member of the request that is wrong; null for none.</summary>
    public string? Parameter { get; init; }

    /// <summary>What programs tell it by; null for nothing.</summary>
    public string? Code { get; init; }

    /// <summary>A member of the request is wrong.</summary>
    public static ApiException Wrong(string parameter, string message) =>
        new(StatusCodes.Status400BadRequest, message) { Parameter = parameter };

    /// <summary>Too many wait already.</summary>
    public static ApiException Busy() =>
        new(StatusCodes.Status429TooManyRequests, "expected a free place in the queue, found it full: try again later")
        {
            Type = "requests",
            Code = "rate_limit_exceeded",
        };

    /// <summary>The server is about to end.</summary>
    public static ApiException Stopping() =>
        new(StatusCodes.Status503ServiceUnavailable, "the server is shutting down") { Type = "server_error", Code = "shutting_down" };

    /// <summary>The server could not do what was asked.</summary>
    public static ApiException Failed(string message) =>
        new(StatusCodes.Status500InternalServerError, message) { Type = "server_error" };
}
