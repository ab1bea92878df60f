using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>What attention does down the columns of a block of scores: one lane of queries, key after key, rows two lanes apart.</summary>
internal static class AttentionColumns<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Stride => 2 * TLane.Count;

    /// <summary>Replaces scores by e^(scale (score - max)); scale times the maximum and the sum of the exponentials are returned.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static (TLane Max, TLane Sum) Exponentials(ref T scores, int keys, TLane scale)
    {
        TLane max = TLane.Load(ref scores);
        TLane sum = TLane.Splat(T.Zero);
        ref T score = ref scores;
        for (int key = 1; key < keys; key++)
        {
            score = ref Unsafe.Add(ref score, Stride);
            max = TLane.Max(max, TLane.Load(ref score));
        }
        // The scale is positive, so the maximum stays the maximum.
        max *= scale;
        score = ref scores;
        for (int key = 0; key < keys; key++)
        {
            TLane weight = Functions<TLane, T>.Exp((scale * TLane.Load(ref score)) - max);
            weight.Store(ref score);
            sum += weight;
            score = ref Unsafe.Add(ref score, Stride);
        }
        return (max, sum);
    }

    /// <summary>Replaces scores by e^(scale score - logSumExp), the softmax itself.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Weights(ref T scores, int keys, TLane scale, TLane logSumExp)
    {
        ref T score = ref scores;
        for (int key = 0; key < keys; key++)
        {
            Functions<TLane, T>.Exp((scale * TLane.Load(ref score)) - logSumExp).Store(ref score);
            score = ref Unsafe.Add(ref score, Stride);
        }
    }

    /// <summary>Replaces the weights' gradients dP by those of the scores, scale P (dP - delta).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ScoreGradients(ref T weights, ref T gradients, int keys, TLane scale, TLane delta)
    {
        ref T p = ref weights;
        ref T dp = ref gradients;
        for (int key = 0; key < keys; key++)
        {
            (scale * TLane.Load(ref p) * (TLane.Load(ref dp) - delta)).Store(ref dp);
            p = ref Unsafe.Add(ref p, Stride);
            dp = ref Unsafe.Add(ref dp, Stride);
        }
    }
}
