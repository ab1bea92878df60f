using System.Text;

namespace QEngine.Tools.Demo.Docs;

/// <summary>Splits names into the lower-case words they are made of.</summary>
internal static class NameWords
{
    /// <summary>
    /// Splits at changes of case and at everything that is neither letter nor digit: <c>ReadAllLinesAsync</c> gives
    /// <c>read all lines async</c>, <c>XMLReader</c> gives <c>xml reader</c>, <c>Vector128</c> stays one word. The prefix of
    /// interfaces and type parameters is dropped: <c>IEnumerable&lt;TKey&gt;</c> gives <c>enumerable key</c>.
    /// </summary>
    public static string Split(string name)
    {
        StringBuilder words = new(name.Length + 8);
        int start = 0;
        for (int i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && !StartsWord(name, i)) continue;
            bool isPrefix = i - start == 1 && name[start] is ('I' or 'T') && i < name.Length && char.IsUpper(name[i]);
            if (!isPrefix) Append(words, name.AsSpan(start, i - start));
            start = i;
        }
        return words.ToString();
    }

    private static bool StartsWord(string name, int i)
    {
        if (!char.IsLetterOrDigit(name[i])) return char.IsLetterOrDigit(name[i - 1]);
        if (!char.IsLetterOrDigit(name[i - 1])) return true;
        if (!char.IsUpper(name[i])) return false;
        // The last capital of a run starts the word behind it: XMLReader.
        return !char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]));
    }

    private static void Append(StringBuilder words, ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || !char.IsLetterOrDigit(word[0])) return;
        if (words.Length > 0) words.Append(' ');
        foreach (char letter in word) words.Append(char.ToLowerInvariant(letter));
    }
}
