using System.Security.Cryptography;
using System.Text.Json;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Gateway.Membership;

/// <summary>
/// What a gateway needs to be itself again on another card: its radio key with how far its counter had come, the key of messages published
/// here, and the radio keys it trusts. Entries come back from neighbours, settings are a file of their own. A backup is as secret as the keys.
/// </summary>
/// <param name="Radio">The radio key, where there is one.</param>
/// <param name="Counter">The last burst counter it may have used by then.</param>
/// <param name="Author">The author's key, where there is one.</param>
/// <param name="Trusted">Radio keys of others and what is remembered of them.</param>
internal sealed record KeyBackup(KeyPair? Radio, ulong Counter, KeyPair? Author, IReadOnlyList<KeyValuePair<PublicKey, KeyMarks>> Trusted) : IDisposable
{
    private const string Format = "p2panda-radio keys, version 1";
    private const int MaxLength = 1024 * 1024;

    /// <summary>Writes a new file with mode 0600; an existing one is never replaced.</summary>
    /// <exception cref="KeyFileException">It exists or cannot be written.</exception>
    public void Write(string path)
    {
        var bytes = ToJson();
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException(
                File.Exists(path) ? $"The backup {path} exists already and is not replaced." : $"The backup {path} cannot be written: {failure.Message}", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Reads a backup.</summary>
    /// <exception cref="KeyFileException">It cannot be read or is none.</exception>
    public static KeyBackup Read(string path)
    {
        byte[] bytes = [];
        try
        {
            if (new FileInfo(path).Length > MaxLength)
            {
                throw new KeyFileException($"{path} is too long for a backup of keys.");
            }

            bytes = File.ReadAllBytes(path);
            using var document = JsonDocument.Parse(bytes);
            return FromJson(document.RootElement) ?? throw new KeyFileException($"{path} is no backup of keys, or one of another version.");
        }
        catch (Exception failure) when (failure is (IOException and not KeyFileException) or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new KeyFileException($"The backup {path} cannot be read: {failure.Message}", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>
    /// Notes in the store what is remembered of keys. The counter is noted as restored: the gateway listens for it before it sends. What the
    /// store remembers already stays.
    /// </summary>
    /// <exception cref="IOException">The marks cannot be written.</exception>
    public void RestoreMarks(IDurableMarks marks)
    {
        if (Radio is not null)
        {
            DurableBurstCounter.NoteRestored(marks, Radio.PublicKey, Counter);
        }

        foreach (var (key, known) in Trusted)
        {
            if (marks.Read(MarkKind.Trust, key.Bytes) is null)
            {
                marks.Write(MarkKind.Trust, key.Bytes, [(byte)known]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Radio?.Dispose();
        Author?.Dispose();
    }

    private static KeyBackup? FromJson(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.GetString() != Format)
        {
            return null;
        }

        var trusted = new List<KeyValuePair<PublicKey, KeyMarks>>();
        foreach (var item in root.GetProperty("trusted").EnumerateArray())
        {
            if (!PublicKey.TryParse(item.GetProperty("key").GetString(), out var key))
            {
                return null;
            }

            trusted.Add(KeyValuePair.Create(key, (KeyMarks)item.GetProperty("marks").GetByte()));
        }

        return new KeyBackup(Key(root, "radioKey"), root.GetProperty("burstCounter").GetUInt64(), Key(root, "authorKey"), trusted);
    }

    private static KeyPair? Key(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return KeyPair.TryParse(System.Text.Encoding.ASCII.GetBytes(value.GetString()!), out var pair)
            ? pair
            : throw new JsonException($"'{name}' is not a private key of {2 * KeyPair.SeedLength} hexadecimal digits");
    }

    private byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            WriteKey(writer, "radioKey", Radio);
            writer.WriteNumber("burstCounter", Counter);
            WriteKey(writer, "authorKey", Author);
            writer.WriteStartArray("trusted");
            foreach (var (key, marks) in Trusted)
            {
                writer.WriteStartObject();
                writer.WriteString("key", key.ToString());
                writer.WriteNumber("marks", (byte)marks);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        var bytes = stream.ToArray();
        CryptographicOperations.ZeroMemory(stream.GetBuffer());
        return bytes;
    }

    private static void WriteKey(Utf8JsonWriter writer, string name, KeyPair? key)
    {
        if (key is null)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> seed = stackalloc byte[KeyPair.SeedLength];
        Span<byte> digits = stackalloc byte[2 * KeyPair.SeedLength];
        key.ExportSeed(seed);
        _ = Convert.TryToHexStringLower(seed, digits, out _);
        writer.WriteString(name, digits);
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(digits);
    }
}
