using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;
using QEngine.Models;

namespace QEngine.Hosting;

/// <summary>Reads the definition of a record, and refuses what an index cannot hold.</summary>
internal sealed class RecordModelBuilder() : CollectionModelBuilder(Supported)
{
    private const string DataTypes = "string, bool, byte, short, int, long, float and double, or nullable";

    private static readonly CollectionModelBuildingOptions Supported = new()
    {
        RequiresAtLeastOneVector = true,
        SupportsMultipleVectors = false,
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<EmbeddingGenerationDispatcher> EmbeddingGenerationDispatchers => [];

    /// <summary>The data property whose value is the text that is embedded, or null for none.</summary>
    public static DataPropertyModel? FullText(CollectionModel model)
    {
        foreach (DataPropertyModel property in model.DataProperties)
            if (property.IsFullTextIndexed) return property;
        return null;
    }

    /// <summary>Requires a definition that fits the model of an index.</summary>
    /// <exception cref="NotSupportedException">It has other dimensions, or is compared otherwise.</exception>
    public static void RequireFit(VectorPropertyModel vector, SentenceEmbedder? embedder)
    {
        if (embedder is null) throw Unsupported(vector, "an index with a model", "one of vectors alone");
        if (vector.Dimensions != embedder.Dimension)
            throw Unsupported(vector, $"{embedder.Dimension} dimensions, those of the index's model", $"{vector.Dimensions}");
        string expected = embedder.Similarity.IsFidelity() ? QEngineVectorStore.Fidelity : DistanceFunction.CosineSimilarity;
        if (vector.DistanceFunction is { } found && found != expected)
            throw Unsupported(vector, $"the distance function {expected} of the index's model", found);
    }

    /// <inheritdoc/>
    protected override void ValidateProperty(PropertyModel propertyModel, VectorStoreCollectionDefinition? definition)
    {
        if (propertyModel is VectorPropertyModel vector)
        {
            if (vector.EmbeddingGenerator is not null)
                throw Unsupported(vector, "no embedding generator, since the index's model embeds", "one");
            if (vector.IndexKind is not (null or IndexKind.Flat))
                throw Unsupported(vector, $"the index {IndexKind.Flat}", vector.IndexKind);
        }
        base.ValidateProperty(propertyModel, definition);
        if (propertyModel is DataPropertyModel { IsFullTextIndexed: true } text)
        {
            if (text.Type != typeof(string)) throw Unsupported(text, "text to be of type string", $"{text.Type}");
            foreach (DataPropertyModel other in DataProperties)
                if (other != text && other.IsFullTextIndexed) throw Unsupported(text, "one property indexed for full text", "a second");
        }
    }

    /// <inheritdoc/>
    protected override bool SupportsKeyAutoGeneration(Type keyPropertyType) => false;

    /// <inheritdoc/>
    protected override void ValidateKeyProperty(KeyPropertyModel keyProperty)
    {
        if (keyProperty.Type != typeof(string)) throw Unsupported(keyProperty, "a key of type string", $"{keyProperty.Type}");
        base.ValidateKeyProperty(keyProperty);
    }

    /// <inheritdoc/>
    protected override bool IsDataPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = DataTypes;
        Type kind = Nullable.GetUnderlyingType(type) ?? type;
        return kind == typeof(string) || kind == typeof(bool) || RecordMapper.IsNumber(kind);
    }

    /// <inheritdoc/>
    protected override bool IsVectorPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = "string, the text that the index's model embeds";
        return type == typeof(string);
    }

    private static NotSupportedException Unsupported(PropertyModel property, string expected, string found) =>
        new($"property {property.ModelName}: expected {expected}, found {found}");
}
