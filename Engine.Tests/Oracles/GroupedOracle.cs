namespace QEngine.Tests.Oracles;

/// <summary>Weighted sums in groups by their definition, each output looking at every input.</summary>
internal static class GroupedOracle
{
    /// <summary>The output column that the cascade of qubits takes each input to, by going through its steps.</summary>
    public static int[] Columns(int inputs, int outputs)
    {
        // A step of width w joins the topmost w qubits to the w below them; what is joined stays one bundle of inputs.
        List<List<int>> bundles = [.. Enumerable.Range(0, inputs).Select(i => new List<int> { i })];
        int width = (inputs - outputs) % outputs;
        if (width == 0) width = outputs;
        while (bundles.Count > outputs)
        {
            int end = bundles.Count;
            for (int j = 0; j < width; j++) bundles[end - (2 * width) + j].AddRange(bundles[end - width + j]);
            bundles.RemoveRange(end - width, width);
            width = outputs;
        }
        int[] columns = new int[inputs];
        for (int column = 0; column < outputs; column++)
            foreach (int input in bundles[column]) columns[input] = column;
        return columns;
    }

    /// <summary>[rows, outputs] from [rows, inputs].</summary>
    public static double[] Rows(double[] x, double[] weight, double[] bias, int inputs, int outputs, int groups)
    {
        int[] columns = Columns(inputs, outputs);
        double[] y = new double[x.Length / inputs * outputs];
        for (int place = 0; place < y.Length; place++)
        {
            int row = place / outputs, output = place % outputs;
            y[place] = bias[output];
            for (int i = 0; i < inputs; i++)
                if (columns[i] % groups == output % groups) y[place] += weight[(output / groups * inputs) + i] * x[(row * inputs) + i];
        }
        return y;
    }
}
