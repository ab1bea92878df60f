namespace QEngine.Tools.Cli;

/// <summary>A member of JSON that somebody else wrote is not what it has to be.</summary>
/// <param name="member">Which, by its path.</param>
/// <param name="message">What was expected and what was found.</param>
internal sealed class JsonMemberException(string member, string message) : Exception(message)
{
    /// <summary>Which, by its path.</summary>
    public string Member => member;
}
