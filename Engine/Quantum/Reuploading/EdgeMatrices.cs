using System.Numerics;

namespace QEngine.Quantum;

/// <summary>The trained rotations of an edge: those between two of the data as one 3 x 3 matrix, and its gradients as theirs.</summary>
internal static class EdgeMatrices
{
    /// <summary>Elements of a matrix.</summary>
    public const int Size = 9;

    /// <summary>Multiplies the rotations of every step together.</summary>
    /// <param name="plan">The circuit.</param>
    /// <param name="cos">[angles], cosines.</param>
    /// <param name="sin">[angles], sines.</param>
    /// <param name="matrices">[repetitions + 1, 9]; the rows of the last are reordered in a circle, what is measured last.</param>
    public static void Multiply<T>(DaruanPlan plan, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin, Span<T> matrices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int angle = 0;
        Span<T> m = stackalloc T[Size];
        for (int step = 0; step <= plan.Repetitions; step++)
        {
            m.Clear();
            m[0] = m[4] = m[8] = T.One;
            foreach (EdgeGate gate in plan.Gates(step))
            {
                (T c, T s) = gate.IsTrained ? (cos[angle], sin[angle++]) : (-T.One, T.Zero);
                int p = 3 * ((gate.Axis + 1) % 3), q = 3 * ((gate.Axis + 2) % 3);
                for (int column = 0; column < 3; column++)
                {
                    T mp = m[p + column], mq = m[q + column];
                    m[p + column] = (c * mp) - (s * mq);
                    m[q + column] = (s * mp) + (c * mq);
                }
            }
            Span<T> result = matrices.Slice(step * Size, Size);
            int first = step < plan.Repetitions ? 0 : plan.Measured + 1;
            for (int row = 0; row < 3; row++) m.Slice(3 * ((first + row) % 3), 3).CopyTo(result[(3 * row)..]);
        }
    }

    /// <summary>
    /// Adds the gradients of the angles. The gradient of an angle about n is n (v x g), v the Bloch vector after the rotation and g its
    /// gradient; before the rotation the product v x g is the same vector turned back.
    /// </summary>
    /// <param name="plan">The circuit.</param>
    /// <param name="cos">[angles], cosines.</param>
    /// <param name="sin">[angles], sines.</param>
    /// <param name="torques">[repetitions + 1, 3], v x g after every step, summed over the batch.</param>
    /// <param name="dangles">[angles], added to.</param>
    public static void AddGradients<T>(
        DaruanPlan plan, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin, ReadOnlySpan<T> torques, Span<T> dangles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int angle = plan.Angles;
        Span<T> torque = stackalloc T[3];
        for (int step = plan.Repetitions; step >= 0; step--)
        {
            int first = step < plan.Repetitions ? 0 : plan.Measured + 1;
            for (int row = 0; row < 3; row++) torque[(first + row) % 3] = torques[(3 * step) + row];
            ReadOnlySpan<EdgeGate> gates = plan.Gates(step);
            for (int i = gates.Length - 1; i >= 0; i--)
            {
                (T c, T s) = (-T.One, T.Zero);
                if (gates[i].IsTrained)
                {
                    (c, s) = (cos[--angle], sin[angle]);
                    dangles[angle] += torque[gates[i].Axis];
                }
                int p = (gates[i].Axis + 1) % 3, q = (gates[i].Axis + 2) % 3;
                (torque[p], torque[q]) = ((c * torque[p]) + (s * torque[q]), (c * torque[q]) - (s * torque[p]));
            }
        }
    }
}
