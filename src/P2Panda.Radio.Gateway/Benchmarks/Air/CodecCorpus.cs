using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>Entries by what they are for: chat lines, updates, deletes, relations, blobs.</summary>
internal static class CodecCorpus
{
    private const int BlobPieceLength = 1000;

    /// <summary>Each kind with everything that receivers hold, and the entries of that kind to be sent.</summary>
    public static IEnumerable<(string Kind, IReadOnlyList<VerifiedEntry> Held, IReadOnlyList<VerifiedEntry> Sent)> ByKind()
    {
        var chat = AirCorpus.Chat(5);
        yield return ("chat", chat, chat);

        using var author = AirCorpus.Key(77);
        var updates = new List<VerifiedEntry>();
        foreach (var line in AirCorpus.ChatLines)
        {
            updates.Add(AirCorpus.Append(author, updates, AirCorpus.Write(updates, line)));
        }

        yield return ("update", updates, updates[1..]);

        var deletes = new List<VerifiedEntry>();
        var deleting = new List<VerifiedEntry>();
        for (ulong log = 100; log < 120; log++)
        {
            var created = AirCorpus.Append(author, [], AirCorpus.Write([], AirCorpus.ChatLines[(int)log % 20]), log);
            deletes.Add(AirCorpus.Append(author, [created], Operation.Delete(AirCorpus.Schema, DocumentViewId.Of(created.Id)), log));
            deleting.AddRange([created, deletes[^1]]);
        }

        yield return ("delete", deleting, deletes);

        var relations = new List<VerifiedEntry>();
        for (ulong log = 200; log < 220; log++)
        {
            PlainFields fields = new(
            [
                KeyValuePair.Create("about", PlainValue.Relation(chat[(int)log % chat.Count].Id)),
                KeyValuePair.Create("in_reply_to", PlainValue.PinnedRelation(DocumentViewId.Of(updates[(int)log % updates.Count].Id))),
                KeyValuePair.Create("likes", PlainValue.Integer((long)log)),
                KeyValuePair.Create("people", PlainValue.RelationList([chat[0].Id, chat[1].Id])),
            ]);
            relations.Add(AirCorpus.Append(author, [], Operation.Create(AirCorpus.Schema, fields), log));
        }

        yield return ("relation", [.. chat, .. updates, .. relations], relations);

        var random = new Random(5);
        var blobs = new List<VerifiedEntry>();
        for (ulong log = 300; log < 310; log++)
        {
            var piece = new byte[BlobPieceLength];
            random.NextBytes(piece);
            PlainFields fields = new([KeyValuePair.Create("data", PlainValue.Bytes(piece))]);
            blobs.Add(AirCorpus.Append(author, [], Operation.Create(AirCorpus.Schema, fields), log));
        }

        yield return ("blob", blobs, blobs);
    }
}
