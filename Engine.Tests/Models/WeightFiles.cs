using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Tests.Models;

/// <summary>Weights as other programs store them: in any number format, in one file or several. Written by hand, not by the engine.</summary>
internal sealed class WeightFiles
{
    private readonly List<(string Name, long[] Shape, double[] Values)> _tensors = [];

    /// <summary>The tensors of a file.</summary>
    public static WeightFiles Read(string path)
    {
        WeightFiles weights = new();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            double[] values = new double[tensor.ElementCount];
            file.Read(tensor.Name, values.AsSpan());
            weights.Add(tensor.Name, tensor.Shape.ToArray(), values);
        }
        return weights;
    }

    public void Add(string name, long[] shape, double[] values) => _tensors.Add((name, shape, values));

    /// <summary>Writes them into a folder as F32, F16 or BF16.</summary>
    /// <returns>The numbers that the files hold after rounding, by name.</returns>
    public Dictionary<string, double[]> Write(string folder, string dtype, int files, string prefix = "")
    {
        Dictionary<string, double[]> stored = [];
        Dictionary<string, string> shardOf = [];
        for (int shard = 0; shard < files; shard++)
        {
            string name = files == 1 ? "model.safetensors" : $"model-{shard + 1:D5}-of-{files:D5}.safetensors";
            using MemoryStream data = new();
            StringBuilder header = new("{");
            for (int i = shard; i < _tensors.Count; i += files)
            {
                (string tensor, long[] shape, double[] values) = _tensors[i];
                long begin = data.Length;
                stored[tensor] = Array.ConvertAll(values, value => Store(data, value, dtype));
                shardOf[prefix + tensor] = name;
                if (header.Length > 1) header.Append(',');
                header.Append($"{JsonSerializer.Serialize(prefix + tensor)}:{{\"dtype\":\"{dtype}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{begin},{data.Length}]}}");
            }
            header.Append('}');
            byte[] text = Encoding.UTF8.GetBytes(header.ToString());
            using FileStream file = File.Create(Path.Combine(folder, name));
            file.Write(BitConverter.GetBytes((ulong)text.Length));
            file.Write(text);
            data.WriteTo(file);
        }
        if (files > 1)
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = shardOf }));
        return stored;
    }

    private static double Store(MemoryStream data, double value, string dtype)
    {
        Span<byte> bytes = stackalloc byte[4];
        switch (dtype)
        {
            case "F32":
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value);
                data.Write(bytes);
                return (float)value;
            case "F16":
                BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
                data.Write(bytes[..2]);
                return (double)(Half)value;
            default:
                // The upper half of a float, rounded to nearest; ties may go either way here.
                uint bits = (BitConverter.SingleToUInt32Bits((float)value) + 0x8000) & 0xFFFF0000;
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(bits >> 16));
                data.Write(bytes[..2]);
                return BitConverter.UInt32BitsToSingle(bits);
        }
    }
}
