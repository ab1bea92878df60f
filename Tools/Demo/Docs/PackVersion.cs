namespace QEngine.Tools.Demo.Docs;

/// <summary>The version a pack folder is named by, such as <c>10.0.2</c> or <c>11.0.0-preview.3.1</c>, in order of age.</summary>
/// <param name="Number">The numeric part; 0.0 where the name is not a version.</param>
/// <param name="Label">The prerelease label, empty for a release.</param>
internal readonly record struct PackVersion(Version Number, string Label) : IComparable<PackVersion>
{
    /// <summary>Reads the version from the last part of a folder's path.</summary>
    public static PackVersion OfFolder(string path)
    {
        string name = Path.GetFileName(path);
        int dash = name.IndexOf('-');
        string number = dash < 0 ? name : name[..dash];
        return new(Version.TryParse(number, out Version? version) ? version : new(0, 0), dash < 0 ? "" : name[(dash + 1)..]);
    }

    /// <inheritdoc/>
    public int CompareTo(PackVersion other)
    {
        int order = Number.CompareTo(other.Number);
        if (order != 0) return order;
        // A release is newer than its prereleases.
        if (Label.Length == 0 || other.Label.Length == 0) return other.Label.Length.CompareTo(Label.Length);
        return CompareLabels(Label.Split('.'), other.Label.Split('.'));
    }

    private static int CompareLabels(string[] left, string[] right)
    {
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            int order = int.TryParse(left[i], out int a) && int.TryParse(right[i], out int b)
                ? a.CompareTo(b)
                : string.CompareOrdinal(left[i], right[i]);
            if (order != 0) return order;
        }
        return left.Length.CompareTo(right.Length);
    }
}
