namespace QEngine.Tests.Tools.Demo;

/// <summary>Made-up documentation of sixty types, every description of its own words.</summary>
internal static class SampleDocumentation
{
    private static readonly string[] Verbs = ["Opens", "Closes", "Paints", "Moves", "Copies", "Sorts"];
    private static readonly string[] Things = ["widget", "gadget", "window", "folder", "stream", "buffer"];
    private static readonly string[] Kinds = ["green", "large", "hidden", "first", "named"];

    /// <summary>Writes <c>Sample.xml</c> into a folder, which is made.</summary>
    public static void Write(string folder)
    {
        using StringWriter xml = new();
        xml.WriteLine("<doc><assembly><name>Sample</name></assembly><members>");
        for (int type = 0; type < 60; type++)
        {
            string thing = Things[type % Things.Length], kind = Kinds[type / Things.Length % Kinds.Length];
            char half = (char)('A' + (type / 30));
            string name = $"{char.ToUpperInvariant(kind[0])}{kind[1..]}{char.ToUpperInvariant(thing[0])}{thing[1..]}{half}";
            xml.WriteLine($"<member name=\"T:Sample.{name}\"><summary>Represents the {kind} {thing} of sample {half}.</summary></member>");
            foreach (string verb in Verbs)
            {
                xml.WriteLine(
                    $"<member name=\"M:Sample.{name}.{verb}It(System.Int32)\">"
                    + $"<summary>{verb} the {kind} {thing} at a given place of {half}.</summary>"
                    + "<param name=\"place\">The place.</param></member>");
            }
        }
        xml.WriteLine("</members></doc>");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "Sample.xml"), xml.ToString());
    }
}
