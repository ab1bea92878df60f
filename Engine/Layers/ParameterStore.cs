using System.Numerics;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Layers;

/// <summary>
/// All parameters of a model in one flat buffer, and their gradients in another of the same layout: a training step
/// has one place where its gradients are complete, and an optimiser one array to update.
/// </summary>
/// <remarks>
/// Layers declare their parameters first; <see cref="Allocate"/> then makes the buffers. Parameters lie in order of
/// declaration without gaps, so neighbours can be used as one tensor, a <see cref="ParameterBlock{T}"/>.
/// A model that was loaded has its matrices only in the form in which it computes; the flat buffer is made of them when
/// <see cref="Values"/>, <see cref="Parameter{T}.Values"/> or <see cref="Gradients"/> is first asked for, and takes their memory once more.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterStore<T>
    where T : unmanaged
{
    private readonly List<Parameter<T>> _parameters = [];
    private readonly List<QuantizedParameter> _quantized = [];
    private readonly Dictionary<string, Parameter<T>> _byName = [];
    private string _module = "";
    private readonly Lock _unpacking = new();
    private volatile Buffer? _buffer;
    private T[]? _gradients;

    /// <summary>The parameters in order of declaration.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>The matrices in eight bits, which have no place in the flat buffers.</summary>
    internal IReadOnlyList<QuantizedParameter> QuantizedParameters => _quantized;

    /// <summary>Number of elements of all matrices in eight bits.</summary>
    internal long QuantizedCount
    {
        get
        {
            long count = 0;
            foreach (QuantizedParameter parameter in _quantized) count += parameter.Shape.Length;
            return count;
        }
    }

    /// <summary>Number of elements of all parameters.</summary>
    public int Count { get; private set; }

    /// <summary>The flat values; see <see cref="Parameter{T}.Changed"/> on writing to them.</summary>
    public T[] Values => Allocated is { IsWhole: true } buffer ? buffer.Values : Unpack();

    /// <summary>The flat gradients, of the same layout as <see cref="Values"/>; made when first asked for.</summary>
    public T[] Gradients
    {
        get
        {
            // Whoever trains reads a parameter's gradient where its value lies.
            if (_buffer is { IsWhole: false }) Unpack();
            return _gradients ??= GC.AllocateArray<T>(Math.Max(1, Count), pinned: true);
        }
    }

    /// <summary>Whether the flat buffer is there, or nothing yet; otherwise there are packed matrices and a buffer of the rest.</summary>
    internal bool IsWhole => _buffer is not { IsWhole: false };

    private Buffer Allocated => _buffer ?? throw new InvalidOperationException("the parameters are not allocated yet");

    /// <summary>Begins a module with weights in a file of its own: only within it need the names of its tensors be unique.</summary>
    /// <param name="name">What goes before the names of the parameters declared from now on, for instance <c>2_Dense</c>.</param>
    public void BeginModule(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _module = name;
    }

    /// <summary>Declares a matrix.</summary>
    /// <param name="name">Its name in weight files, unique within its module.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="initializer">First values.</param>
    public Parameter<T> Matrix(string name, int rows, int columns, Initializer initializer) =>
        Add(name, new Shape(rows, columns), [rows, columns], initializer);

    /// <summary>Declares a vector.</summary>
    /// <param name="name">Its name in weight files, unique within its module.</param>
    /// <param name="length">Elements.</param>
    /// <param name="initializer">First values.</param>
    public Parameter<T> Vector(string name, int length, Initializer initializer) => Add(name, Shape.Vector(length), [length], initializer);

    /// <summary>Declares a matrix in eight bits.</summary>
    /// <param name="name">Its name in weight files.</param>
    /// <param name="shape">Extents.</param>
    /// <param name="initializer">First values.</param>
    /// <param name="matrix">The matrix of which it is a part.</param>
    /// <param name="first">Its first row of that.</param>
    internal void Quantized(string name, Shape shape, Initializer initializer, QuantizedRows matrix, int first) =>
        _quantized.Add(new QuantizedParameter(name, shape, initializer, matrix, first) { Place = Declared });

    private int Declared => _parameters.Count + _quantized.Count;

    /// <summary>Finds a parameter.</summary>
    /// <param name="name">Its name, with that of its module.</param>
    /// <param name="parameter">The parameter.</param>
    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Parameter<T>? parameter)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name, out parameter);
    }

    /// <summary>The parameters declared from a place on.</summary>
    /// <param name="first">The first of them.</param>
    internal IReadOnlyList<Parameter<T>> Since(int first) => _parameters[first..];

    /// <summary>The parameters declared within a module.</summary>
    /// <param name="name">Its name; empty for those declared before any module.</param>
    internal IReadOnlyList<Parameter<T>> OfModule(string name) => _parameters.FindAll(parameter => parameter.Module == name);

    /// <summary>Makes the buffer of values, not yet initialised.</summary>
    public void Allocate() => _buffer ??= new Buffer(GC.AllocateArray<T>(Math.Max(1, Count), pinned: true), IsWhole: true);

    /// <summary>Makes the buffer of those values that a model which only computes has not packed; all are still to be read.</summary>
    internal void AllocateUnpacked()
    {
        int count = 0;
        foreach (Parameter<T> parameter in _parameters)
        {
            if (parameter.Packed is not null) continue;
            parameter.UnpackedOffset = count;
            count += parameter.Shape.Length;
        }
        _buffer ??= new Buffer(GC.AllocateUninitializedArray<T>(Math.Max(1, count), pinned: true), IsWhole: false);
    }

    /// <summary>A handle on the current values of a parameter, or of neighbours that are used as one.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="shape">Extents of all.</param>
    /// <param name="frozen">Whether they have no gradient.</param>
    internal Tensor<T> TensorOf(Parameter<T> first, Shape shape, bool frozen)
    {
        int slot = frozen ? 0 : Tensor<T>.ParameterSlot;
        return Allocated is { IsWhole: false } buffer && first.Packed is null
            ? new Tensor<T>(buffer.Values, first.UnpackedOffset, shape, slot)
            : new Tensor<T>(Values, first.Offset, shape, slot);
    }

    /// <summary>Reads the values of the first parameters, wherever they are.</summary>
    /// <param name="values">As many as whole parameters have, in the order of the flat buffer.</param>
    internal void CopyTo(Span<T> values)
    {
        foreach (Parameter<T> parameter in _parameters)
        {
            if (parameter.Offset == values.Length) return;
            parameter.CopyTo(values.Slice(parameter.Offset, parameter.Shape.Length));
        }
    }

    private T[] Unpack()
    {
        lock (_unpacking)
        {
            if (Allocated.IsWhole) return Allocated.Values;
            T[] values = GC.AllocateUninitializedArray<T>(Math.Max(1, Count), pinned: true);
            CopyTo(values.AsSpan(0, Count));
            _buffer = new Buffer(values, IsWhole: true);
            foreach (Parameter<T> parameter in _parameters)
            {
                // Whoever asked may change them, so that they are packed again; who computes meanwhile has the old ones in hand.
                parameter.Packed?.Weights.Forget();
                parameter.Changed();
            }
            return values;
        }
    }

    private Parameter<T> Add(string name, Shape shape, long[] fileShape, Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(initializer);
        if (_buffer is not null) throw new InvalidOperationException($"cannot declare {name}: the parameters are allocated already");
        Parameter<T> parameter = new(this, _module, name, shape, fileShape, initializer, Count, Declared);
        _byName.Add(parameter.Name, parameter);
        _parameters.Add(parameter);
        Count = checked(Count + shape.Length);
        return parameter;
    }

    /// <summary>The values of all parameters in order, or of those that are not packed.</summary>
    private sealed record Buffer(T[] Values, bool IsWhole);
}

/// <summary>Initialisation of parameters.</summary>
public static class ParameterInitialization
{
    /// <summary>Fills parameters with their first values; each draws from a generator of its own, picked by its place.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="store">The store; allocated if it is not.</param>
    /// <param name="seed">Same seed, same values.</param>
    public static void Initialize<T>(this ParameterStore<T> store, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(store);
        store.Allocate();
        SplittableRandom random = new(seed);
        foreach (Parameter<T> parameter in store.Parameters)
        {
            parameter.Initializer.Fill(random.Split((ulong)parameter.Place), parameter.Values.Span);
            parameter.Changed();
        }
        foreach (QuantizedParameter parameter in store.QuantizedParameters)
        {
            float[] values = new float[parameter.Shape.Length];
            parameter.Initializer.Fill(random.Split((ulong)parameter.Place), values.AsSpan());
            parameter.Set(values, WorkerPool.Single);
        }
    }
}
