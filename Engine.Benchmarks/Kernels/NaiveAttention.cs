namespace QEngine.Benchmarks;

/// <summary>Scaled dot-product attention of one sequence as its definition reads.</summary>
internal static class NaiveAttention
{
    /// <summary>[length, hidden] from [length, 3 hidden].</summary>
    internal static double[] Of(AttentionShape shape, double[] qkv)
    {
        int width = shape.Hidden / shape.Heads, row = 3 * shape.Hidden;
        double[] output = new double[shape.Length * shape.Hidden], weights = new double[shape.Length];
        for (int head = 0; head < shape.Heads; head++)
        {
            for (int token = 0; token < shape.Length; token++)
            {
                int query = (token * row) + (head * width);
                double sum = 0;
                for (int other = 0; other < shape.Length; other++)
                {
                    int key = (other * row) + shape.Hidden + (head * width);
                    double score = 0;
                    for (int i = 0; i < width; i++) score += qkv[query + i] * qkv[key + i];
                    weights[other] = Math.Exp(score / Math.Sqrt(width));
                    sum += weights[other];
                }
                for (int other = 0; other < shape.Length; other++)
                {
                    int value = (other * row) + (2 * shape.Hidden) + (head * width);
                    for (int i = 0; i < width; i++)
                        output[(token * shape.Hidden) + (head * width) + i] += weights[other] / sum * qkv[value + i];
                }
            }
        }
        return output;
    }
}
