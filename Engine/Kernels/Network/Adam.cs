using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// One step of Adam with decoupled weight decay over flat arrays (Kingma and Ba, arXiv 1412.6980, algorithm 1;
/// Loshchilov and Hutter, arXiv 1711.05101, algorithm 2). A decay of 0 is plain Adam.
/// </summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="LearningRate">Learning rate of this step.</param>
/// <param name="WeightDecay">Share of the learning rate by which a parameter shrinks.</param>
/// <param name="GradientScale">Factor on every gradient, for clipping.</param>
/// <param name="Step">Number of this step, from 1, for the bias correction.</param>
internal readonly record struct Adam<T>(T Beta1, T Beta2, T Epsilon, T LearningRate, T WeightDecay, T GradientScale, int Step)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 1 << 14;

    /// <summary>Updates the parameters and the moments in place.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="parameters">Parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="first">First moments.</param>
    /// <param name="second">Second moments.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public void Update(WorkerPool workers, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> first, Span<T> second)
    {
        Require.Elements(gradients, parameters.Length);
        Require.Elements(first, parameters.Length);
        Require.Elements(second, parameters.Length);
        Require.Apart(parameters, gradients, first, second);
        Require.Apart(first, gradients, second);
        Require.Apart(second, gradients);
        Kernel kernel = new(this, parameters, gradients, first, second);
        RangeKernel.Run<Kernel, T>(workers, (parameters.Length + Chunk - 1) / Chunk, Chunk, ref kernel);
    }

    private readonly ref struct Kernel(Adam<T> adam, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> first, Span<T> second)
        : IRangeKernel<T>
    {
        private readonly Span<T> _parameters = parameters, _first = first, _second = second;
        private readonly ReadOnlySpan<T> _gradients = gradients;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            Loop<TLane> loop = new(adam, this);
            LaneLoop<TLane, T>.Run(ref loop, from * Chunk, Math.Min(to * Chunk, _parameters.Length));
        }

        private readonly ref struct Loop<TLane>(Adam<T> adam, Kernel kernel) : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly Kernel _kernel = kernel;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                ref T p = ref MemoryMarshal.GetReference(_kernel._parameters);
                ref T g = ref MemoryMarshal.GetReference(_kernel._gradients);
                ref T m = ref MemoryMarshal.GetReference(_kernel._first);
                ref T v = ref MemoryMarshal.GetReference(_kernel._second);
                T correction1 = T.One - T.Pow(adam.Beta1, T.CreateTruncating(adam.Step));
                T correction2 = T.One - T.Pow(adam.Beta2, T.CreateTruncating(adam.Step));
                TLane beta1 = TLane.Splat(adam.Beta1);
                TLane rest1 = TLane.Splat(T.One - adam.Beta1);
                TLane beta2 = TLane.Splat(adam.Beta2);
                TLane rest2 = TLane.Splat(T.One - adam.Beta2);
                TLane scale = TLane.Splat(adam.GradientScale);
                TLane epsilon = TLane.Splat(adam.Epsilon);
                TLane step = TLane.Splat(adam.LearningRate / correction1);
                TLane root = TLane.Splat(T.One / T.Sqrt(correction2));
                TLane keep = TLane.Splat(T.One - (adam.LearningRate * adam.WeightDecay));
                for (int i = from; i < to; i += TLane.Count)
                {
                    int rest = to - i;
                    TLane gradient = scale * TPart.Take(ref Unsafe.Add(ref g, i), rest);
                    TLane moment = TLane.MultiplyAdd(rest1, gradient, beta1 * TPart.Take(ref Unsafe.Add(ref m, i), rest));
                    TLane square = TLane.MultiplyAdd(rest2 * gradient, gradient, beta2 * TPart.Take(ref Unsafe.Add(ref v, i), rest));
                    TLane value = TPart.Take(ref Unsafe.Add(ref p, i), rest);
                    TPart.Put((keep * value) - (step * moment / ((TLane.Sqrt(square) * root) + epsilon)), ref Unsafe.Add(ref p, i), rest);
                    TPart.Put(moment, ref Unsafe.Add(ref m, i), rest);
                    TPart.Put(square, ref Unsafe.Add(ref v, i), rest);
                }
            }
        }
    }
}
