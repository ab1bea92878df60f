namespace QEngine.Onnx;

/// <summary>Operators on extents, indices and masks.</summary>
internal static class NumberRules
{
    private const long Bool = 9;
    private const int MaxExtents = 64;

    /// <summary>Adds the rules.</summary>
    public static void Add(Dictionary<string, Rule> rules)
    {
        rules["Shape"] = Shape;
        rules["Cast"] = Cast;
        rules["CastLike"] = rules["Identity"] = rules["Dropout"] = call => call[0];
        rules["Expand"] = rules["Tile"] = call => call.Numbers(0)?.Resized();
        rules["Unsqueeze"] = rules["Squeeze"] = rules["Flatten"] = call => call.Numbers(0)?.Reshaped();
        rules["ConstantOfShape"] = ConstantOfShape;
        rules["Range"] = call => call.Numbers(0) is { Single: 0 } && call.Numbers(2) is { Single: 1 } ? Numbers.Positions : Any(call);
        rules["Concat"] = Concat;
        rules["Slice"] = Slice;
        rules["GatherElements"] = rules["GatherND"] = Elements;
        foreach (string name in (ReadOnlySpan<string>)["Equal", "Not", "And", "Or", "Xor", "IsNaN", "IsInf"]) rules[name] = Test;
        foreach (string name in (ReadOnlySpan<string>)["Greater", "GreaterOrEqual", "Less", "LessOrEqual"]) rules[name] = Compare;
        foreach (string name in (ReadOnlySpan<string>)["Min", "Max", "Neg", "Floor", "Ceil"]) rules[name] = Any;
        foreach (string name in (ReadOnlySpan<string>)["ReduceMax", "ReduceMin", "ReduceSum", "ReduceProd"]) rules[name] = Any;
    }

    /// <summary>Any numbers of numbers.</summary>
    public static Meaning? Any(Call call)
    {
        if (!call.AllNumbers) return null;
        foreach (Meaning? input in call.Inputs)
        {
            if (input?.AsNumbers?.Ordered == true) return Numbers.FromPositions;
        }
        return Numbers.Unknown;
    }

    /// <summary>Elements of numbers by index.</summary>
    public static Numbers? Gather(Numbers data, Numbers index)
    {
        if (data.Rank != 1 || data.Values is not { } values || index.Values is not { } places)
            return data.Kind == NumbersKind.Zeros
                ? Numbers.Zeros
                : index.IsSingle && !data.Ordered
                ? new Numbers([null])
                : Numbers.Combine(data, data);
        double?[] found = new double?[places.Length];
        for (int i = 0; i < found.Length; i++)
        {
            if (places[i] is not double place) continue;
            if (place < 0) place += values.Length;
            if (place < 0 || place >= values.Length) return null;
            found[i] = values[(int)place];
        }
        return Numbers.Computed(found, index.Rank);
    }

    // A real number is the same in fewer bits; what becomes true or false is no index any more.
    private static Meaning? Cast(Call call)
    {
        if (call.Numbers(0) is not { } numbers || call.Integer("to", 0) != Bool) return call[0];
        return numbers.Ordered ? Numbers.FromPositions : Numbers.Unknown;
    }

    private static Meaning? Elements(Call call)
    {
        if (call.Numbers(0) is not { } data) return null;
        return data.Kind == NumbersKind.Zeros ? Numbers.Zeros : data.Ordered ? Numbers.FromPositions : Numbers.Unknown;
    }

    // Of what is a vector for each token, the last extent is known; of heads, two of them.
    private static Meaning? Shape(Call call)
    {
        double?[]? extents = call[0] switch
        {
            Heads heads => Array.ConvertAll(
                heads.Layout.ToCharArray(),
                    axis => axis == 'h'
                        ? (double?)heads.Count
                        : axis == 'd' && heads.Count is long count and > 0
                        ? heads.Width / count
                        : null),
            HeadContext or Scores or Probabilities => [null, null, null, null],
            Activation activation => [null, null, activation.Width],
            Constant constant => Array.ConvertAll(constant.Tensor.Shape, extent => (double?)extent),
            Numbers => null,
            _ => [],
        };
        if (extents is { Length: 0 } && call[0] is not Constant) return null;
        return new Numbers(Part(extents, call.Attribute("start")?.Integer, call.Attribute("end")?.Integer), 1);
    }

    // Newer graphs ask for some extents alone; how many is known also where the shape is not.
    private static double?[]? Part(double?[]? extents, long? start, long? end)
    {
        long first = start ?? 0;
        if (extents is null)
        {
            long? count = end is null ? (first < 0 ? -first : null) : (first < 0) == (end < 0) ? end - first : null;
            return count is >= 0 and <= MaxExtents ? new double?[(int)count] : null;
        }
        int from = (int)Math.Clamp(first < 0 ? first + extents.Length : first, 0, extents.Length);
        long last = end ?? extents.Length;
        return extents[from..(int)Math.Clamp(last < 0 ? last + extents.Length : last, from, extents.Length)];
    }

    private static Meaning? ConstantOfShape(Call call)
    {
        if (call.Numbers(0) is null) return null;
        double[]? value = call.Attribute("value")?.Tensor is { } tensor ? SmallTensor.Read(tensor) : [0];
        return value is [0] ? Numbers.Zeros : Numbers.Unknown;
    }

    private static Meaning? Concat(Call call)
    {
        List<double?> values = [];
        bool known = true;
        foreach (Meaning? input in call.Inputs)
        {
            if (input?.AsNumbers is not { } numbers) return null;
            if (numbers.Ordered) return Numbers.FromPositions;
            if (numbers.Values is null || values.Count > MaxExtents) known = false;
            else values.AddRange(numbers.Values);
        }
        return known ? Numbers.Computed([.. values], 1) : Numbers.Unknown;
    }

    private static Meaning? Slice(Call call)
    {
        if (call.Numbers(0) is not { } data) return null;
        List<long>? starts = call.Integers("starts", 1), steps = call.Integers("steps", 4) ?? [1];
        bool fromFirst = starts is not null && starts.TrueForAll(start => start == 0) && steps.TrueForAll(step => step == 1);
        if (data.Kind is NumbersKind.Zeros || (data.Kind == NumbersKind.Positions && fromFirst)) return data.Resized();
        if (data is not { Rank: 1, Values: { } values } || starts is not [long first] || call.Integers("ends", 2) is not [long end]
            || steps is not [1])
            return data.Ordered ? Numbers.FromPositions : Numbers.Unknown;
        int from = (int)Math.Clamp(first < 0 ? first + values.Length : first, 0, values.Length);
        int to = (int)Math.Clamp(end < 0 ? end + values.Length : end, from, values.Length);
        return Numbers.Computed(values[from..to], 1);
    }

    // What is asked of each number alone says nothing of order.
    private static Meaning? Test(Call call) => call.AllNumbers || call[0] is Scores or Probabilities ? Numbers.Unknown : null;

    // Comparing positions with positions makes a mask of what comes before: that of a decoder.
    private static Meaning? Compare(Call call)
    {
        if (call.Numbers(0) is not { } left || call.Numbers(1) is not { } right) return null;
        return left.Ordered && right.Ordered ? null : Numbers.Unknown;
    }
}
