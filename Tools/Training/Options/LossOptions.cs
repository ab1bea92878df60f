using System.CommandLine;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>The options that say what is minimised.</summary>
internal sealed class LossOptions
{
    private const string Ranking = "ranking";
    private const string MarginMse = "margin-mse";
    private const string Distillation = "distillation";
    private const string CoSent = "cosent";
    private const string SquaredError = "mse";

    private readonly ChoiceOption<Func<ILoss<float>>> _loss = new(
        "--loss",
        (Ranking, () => new RankingLoss<float>()),
        (MarginMse, () => new MarginMseLoss<float>()),
        (Distillation, () => new KlDivergenceLoss<float>()),
        (CoSent, () => new CoSentLoss<float>()),
        (SquaredError, () => new SquaredErrorLoss<float>()))
    {
        Description = "ranking: cross-entropy of the positive among its candidates (default for --triples); margin-mse or distillation "
            + "of a teacher's scores (--teacher); cosent or mse on scored pairs (--pairs).",
    };

    private readonly Option<string?> _matryoshka = MatryoshkaOption.Create();

    /// <summary>Adds the options to a command.</summary>
    public LossOptions(Command command)
    {
        command.AddOptions(_loss, _matryoshka);
    }

    /// <summary>Checks the loss before anything is read.</summary>
    /// <exception cref="UsageException">It does not fit the data.</exception>
    public void Check(ParseResult parse, DataOptions data) => _ = Name(parse, data);

    /// <summary>The objective.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="data">What is trained on.</param>
    /// <param name="score">How representations are compared.</param>
    /// <param name="head">The head.</param>
    /// <exception cref="UsageException">The loss does not fit the data or the head.</exception>
    public Objective<float> Read(ParseResult parse, DataOptions data, IScore<float> score, HeadConfiguration head)
    {
        ILoss<float> loss = _loss.ValueOf(Name(parse, data))();
        return new Objective<float>(score, loss, Lengths(parse, head));
    }

    /// <summary>
    /// The factor of the score that fits the loss: for mse the score itself has to have the range of the likeness, 0 to 1.
    /// </summary>
    public double Scale(ParseResult parse) => parse.GetValue(_loss) == SquaredError ? 1 : 20;

    private string Name(ParseResult parse, DataOptions data)
    {
        string[] fitting = data.HasPairs(parse) ? [CoSent, SquaredError] : data.HasTeacher(parse) ? [MarginMse, Distillation] : [Ranking];
        string name = parse.GetValue(_loss) ?? fitting[0];
        if (fitting.Contains(name)) return name;
        throw new UsageException($"expected --loss {string.Join(" or ", fitting)} for these rows, found '{name}'");
    }

    private int[] Lengths(ParseResult parse, HeadConfiguration head)
    {
        int[] lengths = MatryoshkaOption.Read(parse, _matryoshka, head.OutputDimension);
        if (lengths.Length > 0 && head.Similarity != Similarity.Cosine)
            throw new UsageException("expected --matryoshka with --head linear or none, whose embeddings can be cut, found one of qubits");
        return lengths;
    }
}
