using System.Linq.Expressions;
using Microsoft.Extensions.VectorData.ProviderServices;
using Microsoft.Extensions.VectorData.ProviderServices.Filter;
using QEngine.Collections;

namespace QEngine.Hosting;

/// <summary>
/// Translates filters over records into filters of metadata: comparisons of a data property with a constant, joined by &amp;&amp;, ||
/// and !. Nothing is compiled; a property without a value compares as null does in C#.
/// </summary>
internal sealed class FilterTranslator : FilterTranslatorBase
{
    private static readonly FilterPreprocessingOptions Options = new();

    /// <summary>Translates a filter.</summary>
    /// <exception cref="NotSupportedException">It has something else.</exception>
    public static MetadataFilter? Translate(LambdaExpression? filter, CollectionModel model)
    {
        if (filter is null) return null;
        FilterTranslator translator = new();
        return translator.Translate(translator.PreprocessFilter(filter, model, Options));
    }

    private static NotSupportedException Unsupported(Expression expression) => new(
        "expected a filter of ==, !=, <, <=, >, >=, &&, || and ! over data properties and constants, "
        + $"found {expression.NodeType}: {expression}");

    private MetadataFilter Translate(Expression expression) => expression switch
    {
        ConstantExpression { Value: bool isAll } => MetadataFilter.Constant(isAll),
        UnaryExpression { NodeType: ExpressionType.Not } not when not.Type == typeof(bool) => !Translate(not.Operand),
        BinaryExpression { NodeType: ExpressionType.AndAlso } and => Translate(and.Left) & Translate(and.Right),
        BinaryExpression { NodeType: ExpressionType.OrElse } or => Translate(or.Left) | Translate(or.Right),
        BinaryExpression comparison => Comparison(comparison),
        _ when expression.Type == typeof(bool) && Property(expression) is { } flag => MetadataFilter.Equal(flag.StorageName, true),
        _ => throw Unsupported(expression),
    };

    private MetadataFilter Comparison(BinaryExpression comparison)
    {
        if (Constant(comparison.Right) is { } right && Property(comparison.Left) is { } property)
            return Compared(comparison, property, comparison.NodeType, right.Value);
        if (Constant(comparison.Left) is { } left && Property(comparison.Right) is { } mirrored)
            return Compared(comparison, mirrored, Mirrored(comparison.NodeType), left.Value);
        throw Unsupported(comparison);
    }

    private static MetadataFilter Compared(Expression whole, DataPropertyModel property, ExpressionType comparison, object? value)
    {
        string field = property.StorageName;
        if (comparison == ExpressionType.NotEqual) return !Compared(whole, property, ExpressionType.Equal, value);
        if (comparison == ExpressionType.Equal && value is null) return !MetadataFilter.Present(field);
        if (value is null || RecordMapper.Metadata(value) is not { } constant) throw Unsupported(whole);
        if (comparison == ExpressionType.Equal) return MetadataFilter.Equal(field, constant);
        if (constant.Kind != MetadataKind.Number) throw Unsupported(whole);
        double number = constant.AsNumber();
        return comparison switch
        {
            ExpressionType.LessThan => MetadataFilter.AtMost(field, Math.BitDecrement(number)),
            ExpressionType.LessThanOrEqual => MetadataFilter.AtMost(field, number),
            ExpressionType.GreaterThan => MetadataFilter.AtLeast(field, Math.BitIncrement(number)),
            ExpressionType.GreaterThanOrEqual => MetadataFilter.AtLeast(field, number),
            _ => throw Unsupported(whole),
        };
    }

    private static ExpressionType Mirrored(ExpressionType comparison) => comparison switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        _ => comparison,
    };

    private static ConstantExpression? Constant(Expression expression) => Widened(expression) as ConstantExpression;

    private DataPropertyModel? Property(Expression expression)
    {
        PropertyModel? property;
        try
        {
            if (!TryBindProperty(Widened(expression), out property)) return null;
        }
        catch (InvalidCastException failure)
        {
            // What is cast may lose digits; only a dictionary's value has to be cast, to its property's type.
            throw new NotSupportedException($"{failure.Message} Found {expression.NodeType}: {expression}", failure);
        }
        if (property is DataPropertyModel { IsFullTextIndexed: false } data) return data;
        throw new NotSupportedException(
            $"expected a filter over data properties that are not indexed for full text, found {property.ModelName}");
    }

    // C# compares numbers of different types in the wider one; to these every number that is kept goes without loss.
    private static Expression Widened(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } conversion)
        {
            Type from = conversion.Operand.Type, to = Nullable.GetUnderlyingType(conversion.Type) ?? conversion.Type;
            bool isLossless = to == (Nullable.GetUnderlyingType(from) ?? from) || to == typeof(double) || to == typeof(object)
                || (to == typeof(long) || to == typeof(int)) && IsWhole(Nullable.GetUnderlyingType(from) ?? from, to);
            if (!isLossless) break;
            expression = conversion.Operand;
        }
        return expression;
    }

    private static bool IsWhole(Type from, Type to) =>
        from == typeof(byte) || from == typeof(short) || (from == typeof(int) && to == typeof(long));
}
