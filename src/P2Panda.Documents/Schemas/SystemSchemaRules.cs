using System.Text.RegularExpressions;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Schemas;

/// <summary>What p2panda's own schemas demand of values beyond their types.</summary>
internal static partial class SystemSchemaRules
{
    /// <summary>Longest description of a schema, in characters as Unicode counts them.</summary>
    public const int MaxDescriptionLength = 256;

    /// <summary>Most fields of a schema.</summary>
    public const int MaxSchemaFields = 1024;

    /// <summary>Longest name of a field, in characters.</summary>
    public const int MaxFieldNameLength = 64;

    /// <summary>Largest piece of a blob, in bytes.</summary>
    public const int MaxPieceLength = 256_000;

    private const int MaxMimeTypeLength = 12 + 1 + (6 * 19) + 16;

    /// <param name="schema">A system schema, or there is nothing to check.</param>
    /// <param name="field">Name of the field.</param>
    /// <param name="value">A value of the field's type.</param>
    public static SchemaViolation Check(SchemaKind schema, string field, PlainValue value) => (schema, field) switch
    {
        (SchemaKind.SchemaDefinition, "name") => Require(SchemaId.IsSchemaName(value.AsString), SchemaViolation.InvalidSchemaName),
        (SchemaKind.SchemaDefinition, "description") =>
            Require(value.AsString.EnumerateRunes().Count() <= MaxDescriptionLength, SchemaViolation.DescriptionTooLong),
        (SchemaKind.SchemaDefinition, "fields") =>
            Require(value.AsIdListList.Count <= MaxSchemaFields, SchemaViolation.TooManyFields),
        (SchemaKind.SchemaFieldDefinition, "name") => Require(IsFieldName(value.AsString), SchemaViolation.InvalidFieldName),
        (SchemaKind.SchemaFieldDefinition, "type") =>
            Require(FieldType.TryParse(value.AsString, out _), SchemaViolation.InvalidFieldType),
        (SchemaKind.Blob, "pieces") => Require(value.AsIdListList.Count > 0, SchemaViolation.NoPieces),
        (SchemaKind.Blob, "mime_type") => Require(IsMimeType(value.AsString), SchemaViolation.InvalidMimeType),
        (SchemaKind.BlobPiece, "data") => Require(value.AsBytes.Length <= MaxPieceLength, SchemaViolation.PieceTooLarge),
        _ => SchemaViolation.None,
    };

    public static bool IsFieldName(string name) =>
        name.Length is > 0 and <= MaxFieldNameLength && char.IsAsciiLetter(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static bool IsMimeType(string text) => text.Length <= MaxMimeTypeLength && MimeType().IsMatch(text);

    private static SchemaViolation Require(bool holds, SchemaViolation otherwise) => holds ? SchemaViolation.None : otherwise;

    /// <summary>As the reference has it, which is narrower than RFC 6838.</summary>
    [GeneratedRegex(@"\A[a-z-]{1,12}/([a-z0-9]{1,18}[.|+-]){0,6}[a-z0-9]{1,16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MimeType();
}
