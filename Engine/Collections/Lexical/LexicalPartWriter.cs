using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>Writes documents as <see cref="LexicalPart"/> reads them.</summary>
internal static class LexicalPartWriter
{
    // Numbers written at a time.
    private const int AtOnce = 1 << 14;

    /// <summary>Writes a part.</summary>
    /// <param name="documents">The documents, at least one, their words not stemmed.</param>
    /// <param name="stream">Receives it.</param>
    /// <returns>Its sizes.</returns>
    public static LexicalPartLayout Write(ForwardIndex documents, Stream stream)
    {
        string[] words = new string[documents.Terms.Count];
        foreach ((string word, int term) in documents.Terms) words[term] = word;
        byte[][] texts = Array.ConvertAll(words, Encoding.UTF8.GetBytes);
        int[] terms = Ordered(texts.Length, (left, right) => texts[left].AsSpan().SequenceCompareTo(texts[right]));
        int[] textEnds = new int[terms.Length];
        ArrayBufferWriter<byte> text = new();
        for (int place = 0; place < terms.Length; place++)
        {
            text.Write(texts[terms[place]]);
            textEnds[place] = text.WrittenCount;
        }
        (int[] postingEnds, ReadOnlyMemory<byte> postings) = Postings(documents, terms);
        WriteNumbers(stream, documents.DocumentLengths);
        WriteNumbers(stream, textEnds);
        WriteNumbers(stream, postingEnds);
        WriteNumbers(stream, ByStem(words, terms));
        stream.Write(text.WrittenSpan);
        stream.Write(postings.Span);
        return new LexicalPartLayout(documents.Count, terms.Length, text.WrittenCount, postings.Length);
    }

    /// <summary>The posting lists of terms one after another, and where each ends.</summary>
    private static (int[] Ends, ReadOnlyMemory<byte> Lists) Postings(ForwardIndex index, int[] terms)
    {
        (int[] offsets, int[] documents, int[] frequencies) = index.Invert();
        int[] ends = new int[terms.Length];
        ArrayBufferWriter<byte> bytes = new();
        for (int place = 0; place < terms.Length; place++)
        {
            int start = offsets[terms[place]], end = offsets[terms[place] + 1];
            PostingList.Write(bytes, documents.AsSpan(start..end), frequencies.AsSpan(start..end));
            ends[place] = bytes.WrittenCount;
        }
        return (ends, bytes.WrittenMemory);
    }

    /// <summary>The places of terms in the order of their stems.</summary>
    private static int[] ByStem(string[] words, int[] terms)
    {
        string[] stems = Array.ConvertAll(terms, term =>
        {
            Span<char> word = words[term].ToCharArray();
            return new string(word[..PorterStemmer.Stem(word)]);
        });
        return Ordered(stems.Length, (left, right) => string.CompareOrdinal(stems[left], stems[right]));
    }

    /// <summary>The numbers from 0 in an order; equal ones as they were.</summary>
    private static int[] Ordered(int count, Comparison<int> order)
    {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) numbers[i] = i;
        Array.Sort(numbers, (left, right) => order(left, right) is not 0 and int different ? different : left.CompareTo(right));
        return numbers;
    }

    private static void WriteNumbers(Stream stream, ReadOnlySpan<int> numbers)
    {
        byte[] buffer = new byte[Math.Min(AtOnce, numbers.Length) * sizeof(int)];
        for (int first = 0; first < numbers.Length; first += AtOnce)
        {
            ReadOnlySpan<int> part = numbers.Slice(first, Math.Min(AtOnce, numbers.Length - first));
            for (int i = 0; i < part.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(i * sizeof(int)), part[i]);
            stream.Write(buffer.AsSpan(0, part.Length * sizeof(int)));
        }
    }
}
