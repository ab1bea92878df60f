using System.CommandLine;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The options of commands that make entangled heads.</summary>
internal sealed class EntangledOptions
{
    private readonly Option<int?> _qubits = new Option<int?>("--qubits")
    {
        Description = $"With --head entangled: qubits N, 1 to {EntangledModule.MaxQubits}. An embedding is 2 2^N numbers.",
        HelpName = "N",
    }.Whole(1, EntangledModule.MaxQubits);

    private readonly ChoiceOption<StateEncoding?> _encoding = new(
        "--state-encoding", ("angle", StateEncoding.Angle), ("amplitude", StateEncoding.Amplitude))
    {
        Description = "With --head entangled: angle, N inputs at a time as rotations, trained and entangling gates between, the default; "
            + "amplitude, all inputs at once, whose fidelity is the square of their cosine.",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public EntangledOptions(Command command)
    {
        command.AddOptions(_qubits, _encoding);
    }

    /// <summary>Reads the options.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="head">The head's word.</param>
    /// <param name="isEntangled">Whether it is an entangled one.</param>
    /// <param name="width">Numbers of its input.</param>
    /// <param name="dimension">The option of the output dimension, which follows from the qubits.</param>
    /// <returns>Qubits, 0 with other heads, and encoding.</returns>
    /// <exception cref="UsageException">The options do not fit together.</exception>
    public (int Qubits, StateEncoding Encoding) Read(
        ParseResult parse, string head, bool isEntangled, int width, Option<int?> dimension)
    {
        (int? qubits, StateEncoding? encoding) = (parse.GetValue(_qubits), _encoding.Read(parse));
        if (!isEntangled)
        {
            if (qubits is null && encoding is null) return (0, StateEncoding.Angle);
            throw new UsageException(
                $"expected {(qubits is null ? _encoding.Name : _qubits.Name)} with --head entangled, found --head {head}");
        }
        if (qubits is not { } count) throw new UsageException($"expected {_qubits.Name} with --head entangled, found none");
        if (parse.GetValue(dimension) is { } given)
            throw new UsageException($"expected no {dimension.Name} with --head entangled, whose {_qubits.Name} say it, found {given}");
        if (encoding == StateEncoding.Amplitude && width > 1 << count)
            throw new UsageException(
                $"expected {_qubits.Name} for at least {width} amplitudes, the width of the input, found {count} for {1 << count}");
        return (count, encoding ?? StateEncoding.Angle);
    }
}
