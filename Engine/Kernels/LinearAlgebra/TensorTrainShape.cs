namespace QEngine.Kernels;

/// <summary>
/// How a matrix [outputs, inputs] is a train of cores, a matrix product operator (Oseledets, SIAM J. Sci. Comput. 33, 2011): outputs and
/// inputs are products of factors, one of each a site; core k is [factors of the site, rank behind it] x [rank before it].
/// </summary>
internal sealed class TensorTrainShape
{
    private readonly int[] _outputs, _inputs, _ranks;

    /// <summary>Plans the cores.</summary>
    /// <param name="outputs">Factors of the outputs, at least one.</param>
    /// <param name="inputs">Factors of the inputs, as many.</param>
    /// <param name="rank">The largest rank between two cores, at least 1; one as large as the matrix allows loses nothing.</param>
    /// <exception cref="ArgumentException">There are not as many factors of both, or a number is below 1.</exception>
    public TensorTrainShape(ReadOnlySpan<int> outputs, ReadOnlySpan<int> inputs, int rank)
    {
        Require.AtLeast(outputs, 1);
        Require.Elements(inputs, outputs.Length);
        Require.Range(rank, 1, int.MaxValue);
        (_outputs, _inputs, _ranks) = (outputs.ToArray(), inputs.ToArray(), new int[outputs.Length + 1]);
        (Outputs, Inputs) = (Product(_outputs), Product(_inputs));
        long before = 1, behind = checked((long)Outputs * Inputs);
        Require.Range(behind, 1, Array.MaxLength);
        for (int site = 0; site <= Sites; site++)
        {
            _ranks[site] = (int)Math.Min(rank, Math.Min(before, behind));
            if (site == Sites) break;
            before *= SiteSize(site);
            behind /= SiteSize(site);
        }
    }

    /// <summary>How many cores there are.</summary>
    public int Sites => _outputs.Length;

    /// <summary>Rows of the matrix.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Inputs { get; }

    /// <summary>Numbers of all cores.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            for (int site = 0; site < Sites; site++) count += Rank(site) * SiteSize(site) * Rank(site + 1);
            return count;
        }
    }

    /// <summary>The factors of a site multiplied.</summary>
    public int SiteSize(int site) => _outputs[site] * _inputs[site];

    /// <summary>The rank before a core, or behind the last.</summary>
    /// <param name="site">From 0 to <see cref="Sites"/>.</param>
    public int Rank(int site) => _ranks[site];

    /// <summary>Where each element of the matrix, row by row, lies in the tensor that the cores make, site by site.</summary>
    public int[] Order()
    {
        int[] order = new int[Outputs * Inputs];
        for (int place = 0; place < order.Length; place++)
        {
            (int row, int column, int stride) = (place / Inputs, place % Inputs, 1);
            for (int site = Sites - 1; site >= 0; site--)
            {
                order[place] += ((row % _outputs[site] * _inputs[site]) + (column % _inputs[site])) * stride;
                (row, column, stride) = (row / _outputs[site], column / _inputs[site], stride * SiteSize(site));
            }
        }
        return order;
    }

    private static int Product(int[] factors)
    {
        int product = 1;
        foreach (int factor in factors)
        {
            Require.Range(factor, 1, int.MaxValue);
            product = checked(product * factor);
        }
        return product;
    }
}
