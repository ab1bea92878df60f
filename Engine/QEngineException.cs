namespace QEngine;

/// <summary>
/// A bad file, value or setting, which whoever uses the program can correct: the message is one line that says what was expected,
/// what was found and where. What the program itself got wrong in a call is an <see cref="ArgumentException"/>.
/// </summary>
/// <remarks>The command line prints <see cref="Exception.Message"/> alone, without a stack trace.</remarks>
public sealed class QEngineException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    /// <param name="message">What was expected, what was found, where.</param>
    public QEngineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and the failure that led to it.</summary>
    /// <param name="message">What was expected, what was found, where.</param>
    /// <param name="innerException">The failure underneath, an <see cref="IOException"/> for instance.</param>
    public QEngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
