using FsCheck;
using FsCheck.Fluent;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Operations;

namespace P2Panda.Core.Tests;

/// <summary>What goes out comes back, and junk is refused without a throw.</summary>
public sealed class PropertyTests : IDisposable
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(2026, 11);

    private readonly KeyPair _key = KeyPair.FromSeed(new byte[KeyPair.SeedLength]);

    [Fact]
    public void VarU64ComesBack() => Check(Prop.ForAll<ulong>(value =>
    {
        var bytes = new byte[VarU64.MaxLength];
        var length = VarU64.Write(value, bytes);
        return VarU64.TryRead(bytes.AsSpan(0, length), out var read, out var readLength) && (read, readLength) == (value, length);
    }));

    [Fact]
    public void ReadableVarU64IsTheOneThatWouldBeWritten() => Check(Prop.ForAll<byte[]>(junk =>
    {
        if (!VarU64.TryRead(junk, out var value, out var length))
        {
            return true;
        }

        var bytes = new byte[VarU64.MaxLength];
        return VarU64.Write(value, bytes) == length && bytes.AsSpan(0, length).SequenceEqual(junk.AsSpan(0, length));
    }));

    [Fact]
    public void SkiplinksPointBackwards() => Check(Prop.ForAll<ulong>(number =>
        number == 0 || (Lipmaa.LinkOf(number) < number && (number == 1 || Lipmaa.LinkOf(number) > 0))));

    [Fact]
    public void EntriesComeBack() => Check(Prop.ForAll<ulong, ulong, byte[]>((logId, number, payload) =>
    {
        number = Math.Max(1, number);
        var entry = BambooEntry.Sign(
            _key, logId, number, Lipmaa.NeedsSkiplink(number) ? Yasmf.Hash([1]) : null, number > 1 ? Yasmf.Hash([2]) : null, payload);
        var verified = BambooEntry.Verify(entry, payload).Entry;
        return verified is not null && verified.Log.LogId.ToUInt64() == logId && verified.SequenceNumber == number
            && BambooEntry.Decode(entry).Fields!.Encode().AsSpan().SequenceEqual(entry);
    }));

    [Fact]
    public void JunkIsNoEntry() => Check(Prop.ForAll<byte[]>(junk => !BambooEntry.Verify(junk, junk).IsVerified));

    [Fact]
    public void JunkIsNoOperation() => Check(Prop.ForAll<byte[]>(junk =>
    {
        // With the beginning of a real one in front, so that the rest is looked at.
        byte[] payload = [.. Convert.FromHexString("84010067626c6f625f7631a16161"), .. junk];
        var (operation, refusal) = Operation.Decode(payload);
        return operation is null == (refusal != OperationRefusal.None) && Operation.Decode(junk).Operation is null;
    }));

    [Fact]
    public void OperationsComeBack() => Check(Prop.ForAll<long, double, NonNull<string>>((integer, number, text) =>
    {
        var name = new string([.. text.Get.Where(letter => !char.IsSurrogate(letter))]);
        var fields = new PlainFields(
        [
            KeyValuePair.Create(name + "a", PlainValue.Integer(integer)),
            KeyValuePair.Create(name + "b", PlainValue.Float(number)),
            KeyValuePair.Create(name, PlainValue.String(name)),
        ]);
        return Operation.Decode(Operation.Create(SchemaId.Blob, fields).EncodedBytes).Operation!.Fields!.SequenceEqual(fields);
    }));

    [Fact]
    public void JunkIsNoSchemaIdAndTextComesBack() => Check(Prop.ForAll<NonNull<string>, byte>((junk, version) =>
        !SchemaId.TryParse(junk.Get, out _) && !FieldType.TryParse(junk.Get, out _) && !DocumentViewId.TryParse(junk.Get, out _)
        && SchemaId.TryParse($"blob_v{version}", out var id) && id.Text == $"blob_v{version}"));

    [Fact]
    public void HashingInPiecesIsHashing() => Check(Prop.ForAll<byte[], byte[], PositiveInt>((one, two, times) =>
    {
        byte[] first = [.. Enumerable.Repeat(one, times.Get * 40).SelectMany(bytes => bytes)];
        var hasher = new Blake3Hasher();
        hasher.Update(first);
        hasher.Update(two);
        var hash = new byte[Blake3.HashLength];
        hasher.Finalize(hash);
        return hash.AsSpan().SequenceEqual(Blake3.Hash([.. first, .. two]));
    }));

    public void Dispose() => _key.Dispose();

    private static void Check(Property property) => property.Check(Fixed);
}
