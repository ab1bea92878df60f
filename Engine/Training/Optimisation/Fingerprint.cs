namespace QEngine.Training;

/// <summary>A number that tells sequences of numbers apart, by chance of 2^-64; no protection against those who want to deceive.</summary>
internal struct Fingerprint
{
    /// <summary>The number so far.</summary>
    public ulong Value { get; private set; }

    /// <summary>Takes a sequence in, its length included.</summary>
    /// <param name="sequence">The sequence.</param>
    public void Add(ReadOnlySpan<int> sequence)
    {
        Mix(sequence.Length);
        foreach (int number in sequence) Mix(number);
    }

    private void Mix(int number) => Value = new SplittableRandom(Value ^ (uint)number).NextBits();
}
