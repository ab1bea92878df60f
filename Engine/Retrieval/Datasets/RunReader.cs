using System.Globalization;
using System.Text;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>Reads the lines of a TREC run file, in any order of queries. Besides the run itself nothing grows with the file.</summary>
internal sealed class RunReader
{
    private const int Columns = 6;

    private readonly Dictionary<string, Dictionary<string, float>> _found = new(StringComparer.Ordinal);
    private readonly List<string> _queryIds = [];

    // The last line's query and its documents, as a run's lines mostly lie together by query.
    private string _query = "";
    private Dictionary<string, float> _documents = [];
    private char[] _scratch = new char[64];

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Path of the file.</param>
    public static Run Read(string path)
    {
        using Utf8Lines lines = TextInput.Open(path);
        RunReader reader = new();
        while (lines.MoveNext()) reader.Add(lines);
        if (reader._queryIds.Count == 0) throw new QEngineException($"expected a run, found an empty file: {Printable.OneLine(path)}");
        return reader.Ranked();
    }

    private void Add(Utf8Lines lines)
    {
        ReadOnlySpan<byte> line = lines.Bytes;
        Span<Range> columns = stackalloc Range[Columns];
        int count = Split(line, columns);
        if (count == 0) return;
        if (count != Columns)
        {
            string number = count > Columns ? "more" : count.ToString(CultureInfo.InvariantCulture);
            throw new QEngineException($"expected 6 columns (query, Q0, document, rank, score, tag), found {number}, {lines.Where}");
        }
        ReadOnlySpan<byte> text = line[columns[4]];
        // By way of double precision, as trec_eval reads it.
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double exact);
        float score = (float)exact;
        if (!isNumber || !float.IsFinite(score))
            throw new QEngineException($"expected a finite number as score, found {Quote(text)}, {lines.Where}");
        GoTo(line[columns[0]]);
        string id = Encoding.UTF8.GetString(line[columns[2]]);
        if (_documents.TryAdd(id, score)) return;
        throw new QEngineException(
            $"expected each document once a query, found {Printable.Quote(id)} again for query {Printable.Quote(_query)}, {lines.Where}");
    }

    private void GoTo(ReadOnlySpan<byte> id)
    {
        // Text has no more UTF-16 units than UTF-8 bytes.
        if (_scratch.Length < id.Length) _scratch = new char[id.Length];
        ReadOnlySpan<char> text = _scratch.AsSpan(0, Encoding.UTF8.GetChars(id, _scratch));
        if (text.SequenceEqual(_query)) return;
        if (_found.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? known, out Dictionary<string, float>? list))
        {
            (_query, _documents) = (known, list);
            return;
        }
        _query = text.ToString();
        _documents = new Dictionary<string, float>(StringComparer.Ordinal);
        _found.Add(_query, _documents);
        _queryIds.Add(_query);
    }

    private Run Ranked()
    {
        Run run = new();
        foreach (string queryId in _queryIds)
        {
            run.Add(queryId, RankedList.From(_found[queryId]));
            // Runs may be large: what has been ranked is given back.
            _found.Remove(queryId);
        }
        return run;
    }

    /// <summary>The columns between spaces and tabs.</summary>
    /// <returns>Their number; where there are too many, one more than there is room for.</returns>
    private static int Split(ReadOnlySpan<byte> line, Span<Range> columns)
    {
        int count = 0;
        foreach (Range range in line.SplitAny((byte)' ', (byte)'\t'))
        {
            if (range.Start.Value == range.End.Value) continue;
            if (count == columns.Length) return count + 1;
            columns[count++] = range;
        }
        return count;
    }

    private static string Quote(ReadOnlySpan<byte> text) => Printable.Quote(Encoding.UTF8.GetString(text));
}
