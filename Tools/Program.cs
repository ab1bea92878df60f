namespace QEngine.Tools;

/// <summary>Entry point of the <c>qengine</c> command line.</summary>
internal static class Program
{
    private static int Main(string[] args) => 0;
}
