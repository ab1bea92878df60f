using System.CommandLine;
using System.Runtime.CompilerServices;

namespace QEngine.Tools.Cli;

/// <summary>What the record of a training run leaves out of an option; an option without a tag is recorded whole.</summary>
[Flags]
internal enum OptionTags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The result does not depend on its value, so a run may be resumed with another.</summary>
    KeepsResult = 1,

    /// <summary>Its value, a path of this machine, means nothing to others and does not stand in the model card.</summary>
    Local = 2,
}

/// <summary>Options are tagged where they are defined.</summary>
internal static class TaggedOptions
{
    private static readonly ConditionalWeakTable<Option, StrongBox<OptionTags>> Tags = [];

    /// <summary>Tags an option.</summary>
    public static TOption Tag<TOption>(this TOption option, OptionTags tags)
        where TOption : Option
    {
        Tags.Add(option, new StrongBox<OptionTags>(tags));
        return option;
    }

    /// <summary>Whether an option is tagged so.</summary>
    public static bool Has(this Option option, OptionTags tag) =>
        Tags.TryGetValue(option, out StrongBox<OptionTags>? tags) && tags.Value.HasFlag(tag);
}
