using QEngine.Tools.Heads;

namespace QEngine.Tools.Demo.Real;

/// <summary>A way to search, measured.</summary>
/// <param name="Row">Its figures.</param>
/// <param name="Head">The head it keeps vectors by; null where it has none.</param>
/// <param name="Bits">Bits a number.</param>
/// <param name="Ndcg">NDCG@10 of every query, in the same order for all ways.</param>
internal sealed record MeasuredWay(DemoRow Row, HeadKind? Head, int Bits, double[] Ndcg);
