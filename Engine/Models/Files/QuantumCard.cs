using System.Globalization;
using System.Text;
using QEngine.Layers;
using QEngine.Quantum;

namespace QEngine.Models;

/// <summary>What a card says of the quantum head, enough to compute it from the file without this library.</summary>
internal static class QuantumCard
{
    public static void Write(StringBuilder text, string folder, QuantumModule module)
    {
        bool controlled = module.Gate == CompressionGate.ControlledU;
        int d = module.InputDimension, k = module.OutputDimension;
        text.Append(
            CultureInfo.InvariantCulture,
            $"How to compute it from the files: `{folder}/config.json` gives d = {d} (`in_features`), "
            + $"k = {k} (`out_features`) and the gate; ");
        text.Append(
            CultureInfo.InvariantCulture, $"`{folder}/model.safetensors` holds raw angles, for step i from 0 `steps.{{i}}.control`");
        text.Append(controlled ? ", `steps.{i}.target` and `steps.{i}.controlled`" : " and `steps.{i}.target`");
        text.Append(module.Angles == PairAngles.Effective
                ? ", each [2, w] with rows gamma, delta; alpha and beta are 0. "
                : ", each [4, w] with rows alpha, beta, gamma, delta. ")
            .Append(ScaleOf(module))
            .Append(Steps(new Cascade(d, k, module.Gate).Widths)).Append("\n\n```\n");
        text.Append("encode     u in R^d, what the module before gives:  ")
            .Append(module.Scale == EncodingScale.None ? "t = (pi/2)(1 + tanh u)" : "t = (pi/2)(1 + tanh(u / e^log_scale))")
            .Append(",  x = -sin t,  z = cos t\n");
        text.Append(
            """
            angles     2 pi (1 + tanh raw);  U(alpha, beta, gamma, delta) = e^(i alpha) Rz(beta) Ry(gamma) Rz(delta)
            row        R(U) is U as a rotation of (x, y, z); (a, b) are the x and z entries of its third row: for one U,
                       a = -sin gamma cos delta,  b = cos gamma
            step       of width w on the qubits 0 .. n-1: targets n-2w .. n-w-1, controls n-w .. n-1, in pairs T, C
                       zc = ac xC + bc zC     (ac, bc) of U_control
                       z0 = a0 xT + b0 zT     (a0, b0) of U_target

            """);
        text.Append(
            controlled
                ? "           z1 = a1 xT + b1 zT     (a1, b1) of R(U_controlled) R(U_target)\n"
                : "           z1 = -z0               the gate is a CNOT\n");
        text.Append("           z = ((1 + zc) z0 + (1 - zc) z1) / 2,  x = sqrt(1 - z^2)  replace the target; the controls are dropped\n");
        if (module.HasResidualReadout)
            text.Append(
                """
                readout    of the k qubits left:  r = 1 / (1 + e^-raw), raw in readout.residual,
                           z = (1 - r) z + r cos t, t as encoded,  x = sqrt(1 - z^2)

                """);
        text.Append(
            """
            embedding  k angles  omega = atan2(x, z)  in (-pi, pi]
            similarity F(v, w) = product over i of cos^2((omega_v,i - omega_w,i) / 2);  rank by ln F, the sum of the logarithms
            ```

            """);
    }

    private static string ScaleOf(QuantumModule module) => module.Scale switch
    {
        EncodingScale.One => $"`{QuantumHead<float>.LogScaleName}` [1] is the logarithm of what divides all inputs. ",
        EncodingScale.PerInput => $"`{QuantumHead<float>.LogScaleName}` [d] is the logarithm of what divides each input. ",
        _ => "",
    };

    private static string Steps(ReadOnlySpan<int> widths)
    {
        if (widths.IsEmpty) return "There is no step, since k = d: the encoded qubits are the result.";
        StringBuilder text = new(widths.Length == 1 ? "There is 1 step of width " : $"There are {widths.Length} steps of width ");
        text.Append(CultureInfo.InvariantCulture, $"{widths[0]}");
        if (widths.Length > 1 && widths[^1] != widths[0]) text.Append(CultureInfo.InvariantCulture, $", then {widths[^1]}");
        return text.Append('.').ToString();
    }
}
