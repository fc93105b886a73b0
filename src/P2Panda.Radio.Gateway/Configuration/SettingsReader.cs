using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>
/// Reads the one configuration file (JSON with comments), lays environment variables and command-line settings over it, and checks the
/// whole: every unknown name, wrong type and value out of range is listed at once. Nothing is clamped.
/// </summary>
internal static class SettingsReader
{
    /// <summary>Environment variables that begin so override the file: <c>P2PANDA_RADIO__STORE__PATH</c> is <c>store.path</c>.</summary>
    public const string EnvironmentPrefix = "P2PANDA_RADIO__";

    private static readonly JsonDocumentOptions FileOptions = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly JsonSerializerOptions SerializerOptions = SettingsJson.Options;

    /// <summary>Reads and checks.</summary>
    /// <param name="file">Path of the file, or none to start from the defaults.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="assignments">Settings from the command line as <c>path=value</c>; they win.</param>
    public static SettingsResult Read(string? file, IDictionary environment, IEnumerable<string> assignments)
    {
        var problems = new List<string>();
        var root = new JsonObject();
        if (file is not null)
        {
            try
            {
                root = JsonNode.Parse(File.ReadAllText(file), documentOptions: FileOptions) as JsonObject ??
                    throw new JsonException("the file must hold one JSON object");
            }
            catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
            {
                return new SettingsResult(null, [$"{file}: {failure.Message}"]);
            }
        }

        foreach (DictionaryEntry variable in environment)
        {
            if (variable is { Key: string name, Value: string value } && name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                Assign(root, name[EnvironmentPrefix.Length..].Split("__"), value, name, problems);
            }
        }

        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problems.Add($"--set {assignment}: expected path=value, for example radio.region=eu868");
                continue;
            }

            Assign(root, assignment[..equals].Split('.'), assignment[(equals + 1)..], "--set " + assignment[..equals], problems);
        }

        Check(root, typeof(GatewaySettings), string.Empty, problems);
        if (problems.Count > 0)
        {
            return new SettingsResult(null, problems);
        }

        var settings = root.Deserialize<GatewaySettings>(SerializerOptions)!;
        CheckSections(settings, problems);
        return problems.Count > 0 ? new SettingsResult(null, problems) : new SettingsResult(settings, []);
    }

    /// <summary>Reads and checks the section <c>traffic</c> alone, given as one JSON object; what is not in it has its default.</summary>
    public static TrafficResult ReadTraffic(string json)
    {
        JsonObject section;
        try
        {
            section = JsonNode.Parse(json, documentOptions: FileOptions) as JsonObject ?? throw new JsonException("the rules must be one JSON object");
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            return new TrafficResult(null, [failure.Message]);
        }

        var problems = new List<string>();
        try
        {
            Check(section, typeof(TrafficSettings), string.Empty, problems);
        }
        catch (ArgumentException failure)
        {
            // The parser is lazy: a name that stands there twice is noticed only now.
            problems.Add(failure.Message);
        }

        if (problems.Count > 0)
        {
            return new TrafficResult(null, problems);
        }

        var settings = section.Deserialize<TrafficSettings>(SerializerOptions)!;
        problems.AddRange(settings.Validate(new ValidationContext(settings)).Select(problem => $"{string.Join(", ", problem.MemberNames)}: {problem.ErrorMessage}"));
        return problems.Count > 0 ? new TrafficResult(null, problems) : new TrafficResult(settings, []);
    }

    /// <summary>What sections say about settings that only together are right or wrong.</summary>
    private static void CheckSections(GatewaySettings settings, List<string> problems)
    {
        foreach (var property in typeof(GatewaySettings).GetProperties())
        {
            if (property.GetValue(settings) is IValidatableObject section)
            {
                var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
                problems.AddRange(section.Validate(new ValidationContext(section))
                    .Select(problem => $"{name}.{string.Join(", ", problem.MemberNames)}: {problem.ErrorMessage}"));
            }
        }
    }

    private static void Assign(JsonObject root, string[] path, string text, string origin, List<string> problems)
    {
        var type = typeof(GatewaySettings);
        var target = root;
        for (var depth = 0; depth < path.Length; depth++)
        {
            var property = FindProperty(type, path[depth]);
            if (property is null)
            {
                problems.Add($"{origin}: there is no setting '{string.Join('.', path)}'");
                return;
            }

            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (depth == path.Length - 1)
            {
                target[name] = ToNode(property.PropertyType, text);
                return;
            }

            if (target[name] is not JsonObject child)
            {
                target[name] = child = [];
            }

            target = child;
            type = property.PropertyType;
        }
    }

    private static JsonNode ToNode(Type type, string text) => type switch
    {
        _ when type == typeof(bool) && bool.TryParse(text, out var boolean) => JsonValue.Create(boolean),
        _ when type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => JsonValue.Create(integer),
        _ when type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ when type == typeof(IReadOnlyList<string>) => new JsonArray(
            [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item => (JsonNode)JsonValue.Create(item))]),
        _ => JsonValue.Create(text),
    };

    private static void Check(JsonObject node, Type type, string prefix, List<string> problems)
    {
        foreach (var (name, value) in node)
        {
            var path = prefix + name;
            if (prefix.Length == 0 && name == "$schema")
            {
                continue;
            }

            var property = FindProperty(type, name, StringComparison.Ordinal);
            if (property is null)
            {
                problems.Add($"{path}: there is no such setting");
            }
            else if (value is JsonObject child && IsSection(property.PropertyType))
            {
                Check(child, property.PropertyType, path + ".", problems);
            }
            else
            {
                CheckValue(value, property, path, problems);
            }
        }

        node.Remove("$schema");
    }

    private static void CheckValue(JsonNode? value, PropertyInfo property, string path, List<string> problems)
    {
        object? converted;
        try
        {
            converted = value.Deserialize(property.PropertyType, SerializerOptions);
        }
        catch (JsonException)
        {
            var expected = property.PropertyType.IsEnum
                ? "one of " + string.Join(", ", Enum.GetNames(property.PropertyType).Select(JsonNamingPolicy.CamelCase.ConvertName))
                : SettingsJson.NameOf(property.PropertyType);
            problems.Add($"{path}: {value?.ToJsonString() ?? "null"} is not {expected}");
            return;
        }

        if (converted is null)
        {
            problems.Add($"{path}: must not be null");
            return;
        }

        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (!rule.IsValid(converted))
            {
                problems.Add(rule is RangeAttribute range
                    ? $"{path}: {value!.ToJsonString()} is not between {string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} and {range.Maximum}")}"
                    : $"{path}: {rule.ErrorMessage ?? rule.FormatErrorMessage(path)}");
            }
        }
    }

    private static PropertyInfo? FindProperty(Type type, string name, StringComparison comparison = StringComparison.OrdinalIgnoreCase) =>
        type.GetProperties().SingleOrDefault(property => string.Equals(JsonNamingPolicy.CamelCase.ConvertName(property.Name), name, comparison));

    private static bool IsSection(Type type) => type.IsClass && type != typeof(string);
}
