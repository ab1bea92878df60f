using System.Numerics;
using QEngine.Quantum;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>Calls of a circuit's kernels on arrays, which may hold more numbers than the circuit takes.</summary>
internal static class CircuitRun
{
    public static double[] Results<T>(Circuit circuit, double[] inputs, double[] parameters, int rows = 1, WorkerPool? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] results = new T[rows * circuit.Outputs];
        CircuitSimulation.Forward<T>(workers ?? WorkerPool.Single, circuit, rows, Inputs<T>(circuit, inputs, rows), Parameters<T>(circuit, parameters), results);
        return Samples.Exact<T>(results);
    }

    public static (double[] Inputs, double[] Parameters) Gradients<T>(
        Circuit circuit, double[] inputs, double[] parameters, double[] upstream, int rows = 1, WorkerPool? workers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] dinputs = new T[rows * circuit.Inputs], dparameters = new T[circuit.Parameters];
        CircuitSimulation.Backward<T>(
            workers ?? WorkerPool.Single, circuit, rows, Inputs<T>(circuit, inputs, rows), Parameters<T>(circuit, parameters), Samples.As<T>(upstream), dinputs, dparameters);
        // Those that the circuit does not take have no influence.
        return (Samples.Exact<T>(dinputs), [.. Samples.Exact<T>(dparameters), .. new double[Math.Max(0, parameters.Length - dparameters.Length)]]);
    }

    private static T[] Inputs<T>(Circuit circuit, double[] inputs, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Samples.As<T>(inputs[..(rows * circuit.Inputs)]);

    private static T[] Parameters<T>(Circuit circuit, double[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Samples.As<T>(parameters[..circuit.Parameters]);
}
