namespace QEngine.Tests.Oracles;

/// <summary>Scores of candidates by their definition.</summary>
internal static class CandidateDotsOracle
{
    public static double[] Forward(double[] rows, int columns, int[] queries, int[] candidates)
    {
        double[] scores = new double[candidates.Length];
        int perQuery = candidates.Length / queries.Length;
        for (int i = 0; i < scores.Length; i++)
        {
            if (candidates[i] == -1) scores[i] = double.NegativeInfinity;
            else for (int c = 0; c < columns; c++) scores[i] += rows[(queries[i / perQuery] * columns) + c] * rows[(candidates[i] * columns) + c];
        }
        return scores;
    }

    public static double[] Backward(double[] rows, int columns, int[] queries, int[] candidates, double[] dscores)
    {
        double[] drows = new double[rows.Length];
        int perQuery = candidates.Length / queries.Length;
        for (int i = 0; i < candidates.Length; i++)
        {
            if (candidates[i] == -1) continue;
            for (int c = 0; c < columns; c++)
            {
                int query = (queries[i / perQuery] * columns) + c, candidate = (candidates[i] * columns) + c;
                drows[query] += dscores[i] * rows[candidate];
                drows[candidate] += dscores[i] * rows[query];
            }
        }
        return drows;
    }
}
