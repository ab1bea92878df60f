using System.Runtime.InteropServices;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// A step whose batches have to be together, cut into shards of texts: each process encodes its own without a tape, the pooled vectors are
/// handed to everybody, who compute the loss and its gradients by all of them; then each process encodes its own again, with a tape, and
/// the encoder's gradients are added up. GradCache (Gao et al., arXiv 2101.06983) over processes.
/// </summary>
/// <remarks>
/// Dropouts go by a text's place in the batch. So vectors, scores and loss have the bits of a batch that is encoded at once; gradients of
/// the encoder differ from its in their last digits.
/// </remarks>
internal sealed class TextShards : IStepGradients
{
    // A tape keeps its nodes for steps of the same operations: one for the encoder, one for what is behind it.
    private readonly Tape<float> _encoding, _scoring;
    private readonly EmbeddingModel<float> _model;
    private readonly TrainingSet _set;
    private readonly Objective<float> _objective;
    private readonly TrainingOptions _options;
    private readonly GradientSum _sum;
    private readonly IProcessGroup _group;
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
    private readonly PackedSequences _part = new();
    private readonly List<Batch> _batches = [];
    private readonly int[] _counts;
    private float[] _own = [];

    /// <summary>Prepares for a set.</summary>
    /// <param name="encoding">A tape that records and adds to the store's gradients, for the encoder.</param>
    /// <param name="scoring">Another one, for what is behind the encoder.</param>
    /// <param name="model">The model; at least some of its encoder is trained.</param>
    /// <param name="set">The examples.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="options">Settings.</param>
    /// <param name="sum">Adds up the encoder's gradients.</param>
    /// <param name="group">Who shares the shards.</param>
    public TextShards(
        Tape<float> encoding, Tape<float> scoring, EmbeddingModel<float> model, TrainingSet set, Objective<float> objective,
        TrainingOptions options, GradientSum sum, IProcessGroup group)
    {
        (_encoding, _scoring) = (encoding, scoring);
        (_model, _set, _objective, _options, _sum, _group) = (model, set, objective, options, sum, group);
        _counts = new int[group.Size];
    }

    /// <inheritdoc/>
    public StepResult Compute(ReadOnlySpan<int> examples, SplittableRandom random, RankingStatistics ranking)
    {
        StepResult step = new(0, ranking, 0);
        int batches = 0;
        for (int first = 0; first < examples.Length; first += _options.BatchSize)
        {
            ReadOnlySpan<int> part = examples.Slice(first, Math.Min(_options.BatchSize, examples.Length - first));
            if (_batches.Count == batches) _batches.Add(new Batch(_set));
            Batch batch = _batches[batches++];
            batch.Fill(part, _options, _model.Head.InputDimension, ref random);
            Encode(batch);
            step = Loss(batch, (float)part.Length / examples.Length, step);
        }
        for (int shard = _sum.Own.First; shard < _sum.Own.End; shard++)
        {
            _sum.BeginShard();
            for (int i = 0; i < batches; i++) Backward(_batches[i], shard, i == batches - 1 ? _sum.Listener : null);
            _sum.EndShard();
        }
        _sum.Finish();
        return step;
    }

    /// <summary>Fills in the pooled vectors of all texts: its own as they are computed, those of others as they come.</summary>
    private void Encode(Batch batch)
    {
        int width = batch.Width, filled = 0;
        for (int rank = 0; rank < _group.Size; rank++)
        {
            int first = batch.FirstOf(ShardRange.FirstOf(_options.Shards, rank, _group.Size));
            _counts[rank] = (batch.FirstOf(ShardRange.FirstOf(_options.Shards, rank + 1, _group.Size)) - first) * width * sizeof(float);
        }
        int own = _counts[_group.Rank] / sizeof(float);
        if (_own.Length < own) _own = new float[2 * own];
        for (int shard = _sum.Own.First; shard < _sum.Own.End; shard++)
        {
            for (int first = batch.FirstOf(shard), end = batch.FirstOf(shard + 1); first < end; first += _part.Count)
            {
                _encoding.Reset();
                Tensor<float> pooled = _encoding.Unrecorded(MiniBatch(batch, first, end), default);
                pooled.Span.CopyTo(_own.AsSpan(filled));
                filled += pooled.Shape.Length;
            }
        }
        _group.AllGather(MemoryMarshal.AsBytes(_own.AsSpan(0, own)), MemoryMarshal.AsBytes(batch.Pooled), _counts);
    }

    /// <summary>A batch's loss, and the gradients of what is behind the encoder; the pooled vectors give way to their own.</summary>
    private StepResult Loss(Batch batch, float weight, StepResult step)
    {
        _scoring.Reset();
        Tensor<float> pooled = _scoring.Leaf(batch.Pooled, new Shape(batch.Sequences.Count, batch.Width));
        ObjectiveValue<float> value = _objective.Apply(_scoring, _model.Represent(_scoring, pooled), batch.Candidates, batch.Targets);
        _scoring.Backward(value.Loss, [weight])[pooled].CopyTo(batch.Pooled);
        return new(
            step.Loss + (weight * value.Loss.Span[0]), step.Ranking.With(value.Scores.Span, batch.Candidates),
            step.Tokens + batch.Sequences.Tokens);
    }

    /// <summary>Adds the encoder's gradients of a shard's texts of a batch; the listener is told of what is complete with these.</summary>
    private void Backward(Batch batch, int shard, IGradientListener? listener)
    {
        int width = batch.Width;
        for (int first = batch.FirstOf(shard), end = batch.FirstOf(shard + 1); first < end; first += _part.Count)
        {
            _encoding.Reset();
            Tensor<float> pooled = MiniBatch(batch, first, end).Forward(_encoding, default);
            _encoding.Backward(
                pooled, batch.Pooled.Slice(first * width, pooled.Shape.Length), first + _part.Count == end ? listener : null);
        }
    }

    /// <summary>The texts from one on, up to another, as many as go through the encoder at once.</summary>
    private MiniBatch MiniBatch(Batch batch, int first, int end)
    {
        _part.Clear();
        _part.Add(batch.Sequences, first, Math.Min(_options.MiniBatchSize ?? int.MaxValue, end - first));
        _dropout.Begin(batch.DropoutSeed);
        DropoutSequence.Place place = _dropout.Position with { Tokens = batch.Sequences.Offsets.Span[first], Sequences = first };
        return new(_model, _part, _dropout, place);
    }

    /// <summary>A batch of a step, and what its texts come to.</summary>
    private sealed class Batch(TrainingSet set)
    {
        private readonly TrainingBatch _texts = new(set);
        private float[] _pooled = [];
        private int _shards;

        public PackedSequences Sequences => _texts.Sequences;

        public CandidateList Candidates => _texts.Candidates;

        public ReadOnlyMemory<float> Targets => _texts.Targets;

        public ulong DropoutSeed { get; private set; }

        public int Width { get; private set; }

        /// <summary>[texts, width], the pooled vectors, then their gradients.</summary>
        public Span<float> Pooled => _pooled.AsSpan(0, Sequences.Count * Width);

        public void Fill(ReadOnlySpan<int> examples, TrainingOptions options, int width, ref SplittableRandom random)
        {
            (DropoutSeed, Width, _shards) = (random.NextBits(), width, options.Shards);
            _texts.Fill(examples, options.Negatives, options.InBatchNegatives, ref random);
            int count = checked(Sequences.Count * width);
            if (_pooled.Length < count) _pooled = new float[2 * count];
        }

        /// <summary>A shard's first text: shards have about as many tokens each.</summary>
        public int FirstOf(int shard)
        {
            ReadOnlySpan<int> offsets = Sequences.Offsets.Span;
            int place = offsets.BinarySearch(ShardRange.FirstOf(Sequences.Tokens, shard, _shards));
            return place < 0 ? ~place : place;
        }
    }
}
