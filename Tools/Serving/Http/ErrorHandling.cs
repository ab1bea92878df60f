using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Serving.Http;

/// <summary>Answers what goes wrong with OpenAI's error object.</summary>
/// <param name="warn">Shows a line to whoever runs the server.</param>
internal sealed class ErrorHandling(Action<string> warn)
{
    /// <summary>Answers a request, or says why not.</summary>
    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            HttpResponse response = context.Response;
            if (!response.HasStarted && response.StatusCode >= 400) throw Unanswered(context.Request, response.StatusCode);
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            // Nobody is there to be told; metrics are.
            if (context.RequestAborted.IsCancellationRequested) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            else await Write(context.Response, Error(failure));
        }
    }

    /// <summary>Writes an error.</summary>
    private static async Task Write(HttpResponse response, ApiException error)
    {
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        if (error.Status == StatusCodes.Status429TooManyRequests) response.Headers.RetryAfter = "1";
        if (error.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (error.Status == StatusCodes.Status503ServiceUnavailable) response.Headers.Connection = "close";
        await using Utf8JsonWriter json = new(response.BodyWriter, JsonText.Compact);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", error.Type);
        json.WriteString("param", error.Parameter);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private ApiException Error(Exception failure)
    {
        switch (failure)
        {
            case ApiException told: return told;
            case JsonMemberException wrong: return ApiException.Wrong(wrong.Member, wrong.Message);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } large:
                return new ApiException(large.StatusCode, "expected a smaller body: see the server's --max-body");
            case BadHttpRequestException bad: return new ApiException(bad.StatusCode, bad.Message);
            case OperationCanceledException: return ApiException.Stopping();
            case QEngineException: break;
            default: failure = new QEngineException($"the server failed: {failure.GetType().Name}: {failure.Message}"); break;
        }
        warn($"error: {failure.Message}");
        return ApiException.Failed(failure.Message);
    }

    private static ApiException Unanswered(HttpRequest request, int status) => status switch
    {
        StatusCodes.Status404NotFound =>
            new ApiException(status, $"expected a known address, found {request.Path}") { Code = "unknown_url" },
        StatusCodes.Status405MethodNotAllowed =>
            new ApiException(status, $"expected another method for {request.Path}, found {request.Method}"),
        _ => new ApiException(status, $"the request was refused with status {status}"),
    };
}
