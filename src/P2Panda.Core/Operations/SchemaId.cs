using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using P2Panda.Core.Hashing;

namespace P2Panda.Core.Operations;

/// <summary>
/// Names a schema: a system schema and its version (<c>blob_v1</c>), or an application's schema by its name and the view id of the
/// document that defines it (<c>venues_0020…</c>).
/// </summary>
public sealed class SchemaId : IEquatable<SchemaId>, IComparable<SchemaId>
{
    /// <summary>Longest name of an application schema, in characters.</summary>
    public const int MaxNameLength = 64;

    private const int MinNameLength = 2;

    private static readonly string[] SystemNames = ["schema_definition", "schema_field_definition", "blob", "blob_piece"];

    private SchemaId(SchemaKind kind, string name, byte version, DocumentViewId? viewId, string text)
    {
        Kind = kind;
        Name = name;
        Version = version;
        ViewId = viewId;
        Text = text;
    }

    /// <summary><c>schema_definition_v1</c>.</summary>
    public static SchemaId SchemaDefinition { get; } = System(SchemaKind.SchemaDefinition);

    /// <summary><c>schema_field_definition_v1</c>.</summary>
    public static SchemaId SchemaFieldDefinition { get; } = System(SchemaKind.SchemaFieldDefinition);

    /// <summary><c>blob_v1</c>.</summary>
    public static SchemaId Blob { get; } = System(SchemaKind.Blob);

    /// <summary><c>blob_piece_v1</c>.</summary>
    public static SchemaId BlobPiece { get; } = System(SchemaKind.BlobPiece);

    /// <summary>
    /// The order of schemas in replication messages: system schemas first, then application schemas, each group as
    /// <see cref="CompareTo"/> has it.
    /// </summary>
    public static IComparer<SchemaId> AnnouncementOrder { get; } = Comparer<SchemaId>.Create((left, right) =>
    {
        var order = right.IsSystem.CompareTo(left.IsSystem);
        return order != 0 ? order : left.CompareTo(right);
    });

    /// <summary>Application, or which system schema.</summary>
    public SchemaKind Kind { get; }

    /// <summary>Name without version or view id.</summary>
    public string Name { get; }

    /// <summary>Version of a system schema; only 1 is known, others can be named. 0 for application schemas.</summary>
    public byte Version { get; }

    /// <summary>The view of the schema definition, for application schemas.</summary>
    public DocumentViewId? ViewId { get; }

    /// <summary>The id as it was written: p2panda tells hashes in upper and lower case apart here.</summary>
    public string Text { get; }

    /// <summary>Whether p2panda itself defines the schema.</summary>
    public bool IsSystem => Kind != SchemaKind.Application;

    /// <summary>The id of an application schema.</summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> is no schema name.</exception>
    public static SchemaId Application(string name, DocumentViewId viewId) => IsSchemaName(name)
        ? new SchemaId(SchemaKind.Application, name, 0, viewId, $"{name}_{viewId}")
        : throw new ArgumentException($"'{name}' is no schema name: 2 to 64 of A-Z, a-z, 0-9 and _, a letter first, no _ last.", nameof(name));

    /// <summary>Whether a schema may have this name.</summary>
    public static bool IsSchemaName(ReadOnlySpan<char> name)
    {
        if (name.Length is < MinNameLength or > MaxNameLength || !char.IsAsciiLetter(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SchemaId? id)
    {
        id = null;
        var lastPart = text.LastIndexOf('_') + 1;
        if (lastPart == 0)
        {
            return false;
        }

        id = text.AsSpan(lastPart) is ['v', ..] version && version.Length < Yasmf.TextLength
            ? ParseSystem(text, text[..(lastPart - 1)], version[1..])
            : ParseApplication(text);
        return id is not null;
    }

    /// <summary>Order by kind, then name, then operation ids of the view.</summary>
    public int CompareTo(SchemaId? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Kind.CompareTo(other.Kind);
        order = order != 0 ? order : Version.CompareTo(other.Version);
        order = order != 0 ? order : string.CompareOrdinal(Name, other.Name);
        order = order != 0 || ViewId is null ? order : ViewId.CompareTo(other.ViewId);
        return order != 0 ? order : string.CompareOrdinal(Text, other.Text);
    }

    /// <inheritdoc/>
    public bool Equals(SchemaId? other) => Text == other?.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SchemaId);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text form.</summary>
    public override string ToString() => Text;

    /// <summary>Whether both name the same schema.</summary>
    public static bool operator ==(SchemaId? left, SchemaId? right) => Equals(left, right);

    /// <summary>Whether they name different schemas.</summary>
    public static bool operator !=(SchemaId? left, SchemaId? right) => !Equals(left, right);

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator <(SchemaId left, SchemaId right) => left.CompareTo(right) < 0;

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator >(SchemaId left, SchemaId right) => left.CompareTo(right) > 0;

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator <=(SchemaId left, SchemaId right) => left.CompareTo(right) <= 0;

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator >=(SchemaId left, SchemaId right) => left.CompareTo(right) >= 0;

    private static SchemaId System(SchemaKind kind, byte version = 1)
    {
        var name = SystemNames[(int)kind - 1];
        return new SchemaId(kind, name, version, null, string.Create(CultureInfo.InvariantCulture, $"{name}_v{version}"));
    }

    private static SchemaId? ParseSystem(string text, string name, ReadOnlySpan<char> version)
    {
        var kind = Array.IndexOf(SystemNames, name) + 1;
        if (kind == 0 || !byte.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var id = System((SchemaKind)kind, number);
        return id.Text == text ? id : null;
    }

    private static SchemaId? ParseApplication(string text)
    {
        // Names are shorter than ids, so an id can be taken from the right for as long as there is room for one.
        var nameLength = text.Length;
        while (nameLength >= Yasmf.TextLength)
        {
            nameLength -= Yasmf.TextLength + 1;
        }

        if (nameLength < MinNameLength || nameLength == text.Length || text[nameLength] != '_' || !IsSchemaName(text.AsSpan(0, nameLength)))
        {
            return null;
        }

        return DocumentViewId.TryParse(text.AsSpan(nameLength + 1), out var viewId)
            ? new SchemaId(SchemaKind.Application, text[..nameLength], 0, viewId, text)
            : null;
    }
}
