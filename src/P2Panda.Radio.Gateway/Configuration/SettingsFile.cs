using System.ComponentModel;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>The configuration file as people get to see it.</summary>
internal static class SettingsFile
{
    private const string Hidden = "(hidden)";

    private const int LineLength = 120;

    /// <summary>A file with every setting, its meaning as a comment and its default commented out: it changes nothing until edited.</summary>
    public static string Template()
    {
        var text = new StringBuilder("// p2panda-radio configuration. Take the // from a setting to change it; 'p2panda-radio config check' tells what is wrong.\n{\n");
        var section = string.Empty;
        foreach (var setting in SettingsJson.Documented())
        {
            var path = setting.Path.Split('.', 2);
            if (path[0] != section)
            {
                text.Append(section.Length > 0 ? "  },\n\n" : string.Empty).Append("  \"").Append(path[0]).Append("\": {\n");
                section = path[0];
            }
            else
            {
                text.Append('\n');
            }

            foreach (var line in Wrap(setting.Description))
            {
                text.Append("    // ").Append(line).Append('\n');
            }

            var value = setting.Default == "none" ? "null" : setting.Default.ReplaceLineEndings(" ").Replace("  ", string.Empty, StringComparison.Ordinal);
            text.Append("    // \"").Append(path[1]).Append("\": ").Append(value).Append(",\n");
        }

        return text.Append("  }\n}\n").ToString();
    }

    /// <summary>The settings as JSON, without the secrets among them.</summary>
    public static string Show(GatewaySettings settings)
    {
        var json = JsonSerializer.SerializeToNode(settings, SettingsJson.Options)!.AsObject();
        Hide(json, typeof(GatewaySettings));
        return json.ToJsonString(SettingsJson.Options);
    }

    private static void Hide(JsonObject json, Type type)
    {
        foreach (var property in type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (json[name] is JsonObject child)
            {
                Hide(child, property.PropertyType);
            }
            else if (property.GetCustomAttribute<PasswordPropertyTextAttribute>() is not null && json[name] is JsonValue value && value.ToString().Length > 0)
            {
                json[name] = Hidden;
            }
        }
    }

    private static IEnumerable<string> Wrap(string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + word.Length >= LineLength)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : string.Empty).Append(word);
        }

        yield return line.ToString();
    }
}
