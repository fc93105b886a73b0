namespace P2Panda.Documents.Tables;

/// <summary>What a column holds. Truth values are integers.</summary>
internal enum TableColumnType
{
    Integer,
    Bytes,
    Text,
}
