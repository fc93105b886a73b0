using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Publishing;
using P2Panda.Documents.Schemas;

namespace P2Panda.Radio.Gateway.Api.Apps;

/// <summary>Refusals in words for the developer of an app.</summary>
internal static class PublishProblem
{
    public static string Of(OperationRefusal refusal) => $"The operation cannot be read: {refusal}";

    public static string Of(BambooRefusal refusal) => refusal switch
    {
        BambooRefusal.InvalidSignature => "The signature of the entry is not its author's",
        BambooRefusal.PayloadSizeMismatch or BambooRefusal.PayloadHashMismatch => "The operation is not the one whose size and hash the entry states",
        _ => $"The entry cannot be read: {refusal}",
    };

    public static string Of(PublishRefusal refusal) => refusal switch
    {
        PublishRefusal.SchemaNotFound => "Schema not found",
        PublishRefusal.SkiplinkNotFound => "The entry that the skiplink points to is not stored here",
        PublishRefusal.WrongSkiplink => "The skiplink is not the id of the entry at its place",
        PublishRefusal.WrongBacklink => "The backlink is not the id of the entry before",
        PublishRefusal.PreviousNotFound => "An operation named as previous is not stored here",
        PublishRefusal.PreviousOfOtherSchema => "An operation named as previous follows another schema",
        PublishRefusal.PreviousOfSeveralDocuments => "The operations named as previous belong to several documents",
        PublishRefusal.DocumentDeleted => "The document was deleted",
        PublishRefusal.OtherLogOfDocument => "The author contributes to this document in another log",
        PublishRefusal.LogOfOtherDocument => "The log belongs to another document",
        PublishRefusal.LogIsFull => "No entry can follow the last one of this log",
        PublishRefusal.NoLogLeft => "The author has no log id left",
        _ => refusal.ToString(),
    };

    /// <summary>The same, with what is known of the entry.</summary>
    public static string Of(PublishRefusal refusal, VerifiedEntry entry, Operation operation, Schema schema, ILogView logs) => refusal switch
    {
        PublishRefusal.SequenceNumberMismatch =>
            $"The entry claims sequence number {entry.SequenceNumber} where {(logs.HeightOf(entry.Log) ?? 0) + 1} is next in log {entry.Log.LogId.ToUInt64()} of its author",
        PublishRefusal.InvalidOperation => $"The operation does not fit '{schema.Id}': {schema.Validate(operation)}",
        _ => Of(refusal),
    };
}
