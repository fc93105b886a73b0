using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>How settings look as JSON, and the schema that editors check them with.</summary>
internal static class SettingsJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>What a person calls the type of a setting.</summary>
    public static string NameOf(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(string) => "a text",
        _ when type == typeof(IReadOnlyList<string>) => "a list of texts",
        _ => "an object",
    };

    /// <summary>JSON Schema of the configuration file; published as <c>firmware-config/p2panda-radio.schema.json</c>.</summary>
    public static string Schema()
    {
        var schema = (JsonObject)Options.GetJsonSchemaAsNode(typeof(GatewaySettings), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = Describe,
        });
        schema["properties"]!["$schema"] = new JsonObject { ["type"] = "string" };
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "p2panda-radio configuration");
        return schema.ToJsonString(Options) + "\n";
    }

    /// <summary>Every setting of <see cref="GatewaySettings"/>, in the order of the file.</summary>
    public static IEnumerable<DocumentedSetting> Documented() => Documented(typeof(GatewaySettings), new GatewaySettings(), string.Empty);

    private static IEnumerable<DocumentedSetting> Documented(Type type, object defaults, string prefix)
    {
        foreach (var property in type.GetProperties())
        {
            var path = prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var value = property.GetValue(defaults);
            if (value is not null && property.PropertyType.Namespace == typeof(GatewaySettings).Namespace && property.PropertyType.IsClass)
            {
                foreach (var inner in Documented(property.PropertyType, value, path + "."))
                {
                    yield return inner;
                }

                continue;
            }

            yield return new DocumentedSetting(
                path,
                property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? string.Empty,
                value is null ? "none" : JsonSerializer.Serialize(value, property.PropertyType, Options),
                property.GetCustomAttribute<RangeAttribute>());
        }
    }

    /// <summary>Puts what attributes say about a property into its schema.</summary>
    internal static JsonNode Describe(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema || context.PropertyInfo?.AttributeProvider is not PropertyInfo property)
        {
            return node;
        }

        if (property.GetCustomAttribute<DescriptionAttribute>() is { } description)
        {
            schema.Insert(0, "description", description.Description);
        }

        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            schema["minimum"] = JsonValue.Create(Convert.ToDouble(range.Minimum, System.Globalization.CultureInfo.InvariantCulture));
            schema["maximum"] = JsonValue.Create(Convert.ToDouble(range.Maximum, System.Globalization.CultureInfo.InvariantCulture));
        }

        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
        {
            schema["pattern"] = pattern.Pattern;
        }

        return schema;
    }
}
