using System.Text;
using System.Text.Json;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>
/// Changes single settings in the configuration file and leaves everything else in it, comments included, as the operator wrote it. The
/// file is replaced as a whole, and only by one that is valid.
/// </summary>
internal static class SettingsEdit
{
    /// <summary>Assigns settings of one section; a file that is not there is made.</summary>
    /// <param name="path">The file.</param>
    /// <param name="section">The section, for example <c>radio</c>.</param>
    /// <param name="values">Names and JSON values.</param>
    /// <returns>What is wrong with the file as it would be; nothing was changed then.</returns>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static IReadOnlyList<string> Assign(string path, string section, IEnumerable<KeyValuePair<string, string>> values)
    {
        var exists = File.Exists(path);
        var text = exists ? File.ReadAllBytes(path) : "{}\n"u8.ToArray();
        try
        {
            foreach (var (name, value) in values)
            {
                text = Assign(text, section, name, value);
            }
        }
        catch (JsonException failure)
        {
            return [$"{path}: {failure.Message}"];
        }

        var fresh = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (exists && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = File.GetUnixFileMode(path);
        }

        using (var file = new FileStream(fresh, options))
        {
            file.Write(text);
            file.Flush(flushToDisk: true);
        }

        var problems = SettingsReader.Read(fresh, new Dictionary<string, string>(), []).Problems;
        if (problems.Count > 0)
        {
            File.Delete(fresh);
            return problems;
        }

        File.Move(fresh, path, overwrite: true);
        return [];
    }

    /// <exception cref="JsonException">The text is no JSON object, or the section is something else than one.</exception>
    private static byte[] Assign(ReadOnlySpan<byte> text, string section, string name, string value)
    {
        var start = text.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(text[start..], new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        var rootStart = start + (int)reader.BytesConsumed;
        var rootIsEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            rootIsEmpty = false;
            var found = reader.ValueTextEquals(section);
            Require(reader.Read());
            if (!found)
            {
                reader.Skip();
                continue;
            }

            Require(reader.TokenType == JsonTokenType.StartObject);
            var sectionStart = start + (int)reader.BytesConsumed;
            var sectionIsEmpty = true;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                sectionIsEmpty = false;
                found = reader.ValueTextEquals(name);
                Require(reader.Read());
                var valueStart = start + (int)reader.TokenStartIndex;
                reader.Skip();
                if (found)
                {
                    return Replace(text, valueStart, start + (int)reader.BytesConsumed, value);
                }
            }

            return Replace(text, sectionStart, sectionStart, $"\n    \"{name}\": {value}{(sectionIsEmpty ? "\n  " : ",")}");
        }

        return Replace(text, rootStart, rootStart, $"\n  \"{section}\": {{\n    \"{name}\": {value}\n  }}{(rootIsEmpty ? "\n" : ",")}");
    }

    private static void Require(bool isSo)
    {
        if (!isSo)
        {
            throw new JsonException("the file must hold one JSON object, and each of its sections must be one");
        }
    }

    private static byte[] Replace(ReadOnlySpan<byte> text, int start, int end, string by) =>
        [.. text[..start], .. Encoding.UTF8.GetBytes(by), .. text[end..]];
}
