using System.Numerics;
using QEngine.Kernels;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>The eigenvectors of one row's symmetric matrix, in which evolution under it is a turn of every number by itself.</summary>
/// <param name="values">[n], eigenvalues.</param>
/// <param name="vectors">[n, n], eigenvectors, a row each.</param>
internal readonly ref struct EigenBasis<TLane, T>(ReadOnlySpan<T> values, ReadOnlySpan<T> vectors)
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _values = values, _vectors = vectors;

    private int Size => _values.Length;

    /// <summary>V times a state.</summary>
    /// <param name="state">[2 n], real and then imaginary parts.</param>
    /// <param name="inside">[2 n], receives it.</param>
    public void Enter(ReadOnlySpan<T> state, Span<T> inside)
    {
        int n = Size;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<T> vector = _vectors.Slice(i * n, n);
            inside[i] = Rows<TLane, T>.Dot(vector, state[..n]);
            inside[i + n] = Rows<TLane, T>.Dot(vector, state[n..]);
        }
    }

    /// <summary>V^T times what is inside.</summary>
    /// <param name="inside">[2 n].</param>
    /// <param name="state">[2 n], added to.</param>
    public void AddLeft(ReadOnlySpan<T> inside, Span<T> state)
    {
        int n = Size;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<T> vector = _vectors.Slice(i * n, n);
            Rows<TLane, T>.AddScaled(inside[i], vector, state[..n]);
            Rows<TLane, T>.AddScaled(inside[i + n], vector, state[n..]);
        }
    }

    /// <summary>Every number times e^(i time value).</summary>
    /// <param name="time">How long.</param>
    /// <param name="inside">[2 n], changed.</param>
    public void Turn(T time, Span<T> inside)
    {
        int n = Size;
        for (int i = 0; i < n; i++)
        {
            (T sin, T cos) = T.SinCos(time * _values[i]);
            (inside[i], inside[i + n]) = ((cos * inside[i]) - (sin * inside[i + n]), (sin * inside[i]) + (cos * inside[i + n]));
        }
    }

    /// <summary>The gradient of the time, -sum of value Im(b* a).</summary>
    /// <param name="a">[2 n], the state turned half the way.</param>
    /// <param name="b">[2 n], the gradient turned half the way back.</param>
    public T TimeGradient(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
    {
        T sum = T.Zero;
        for (int i = 0; i < Size; i++) sum -= _values[i] * ImaginaryDot(b, i, a, i);
        return sum;
    }

    /// <summary>The gradient of the matrix before it was made symmetric.</summary>
    /// <param name="time">How long the whole way is.</param>
    /// <param name="a">[2 n], the state turned half the way.</param>
    /// <param name="b">[2 n], the gradient turned half the way back.</param>
    /// <param name="work">[2 n^2], changed.</param>
    /// <param name="dx">The first numbers of [n, n], added to.</param>
    public void AddMatrixGradient(T time, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> work, Span<T> dx)
    {
        int n = Size;
        Span<T> m = work[..(n * n)], product = work.Slice(n * n, n * n);
        T half = T.One / (T.One + T.One);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T difference = half * time * (_values[i] - _values[j]);
                m[(i * n) + j] = -time * PauliUnitaries.SinOver(difference) * ImaginaryDot(b, i, a, j);
            }
        }
        product.Clear();
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) Rows<TLane, T>.AddScaled(m[(i * n) + j], _vectors.Slice(j * n, n), product.Slice(i * n, n));
        m.Clear();
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) Rows<TLane, T>.AddScaled(_vectors[(i * n) + j], product.Slice(i * n, n), m.Slice(j * n, n));
        for (int k = 0; k < dx.Length; k++) dx[k] += half * (m[k] + m[(k % n * n) + (k / n)]);
    }

    /// <summary>Im(b[i]* a[j]).</summary>
    private T ImaginaryDot(ReadOnlySpan<T> b, int i, ReadOnlySpan<T> a, int j) => (b[i] * a[j + Size]) - (b[i + Size] * a[j]);
}
