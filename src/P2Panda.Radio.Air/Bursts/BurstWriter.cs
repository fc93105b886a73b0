using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>Makes bursts: compresses entries, seals, cuts into symbols.</summary>
public sealed class BurstWriter
{
    private readonly BurstWriterOptions _options;
    private readonly EntryCodec _codec;
    private readonly FrameSigner? _signer;

    /// <summary>Makes a writer for one radio key in one network.</summary>
    public BurstWriter(BurstWriterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _codec = new EntryCodec(new KnownEntries(options.Logs, options.Shapes), options.Shapes);
        _signer = options.Strict ? new FrameSigner(options.Key, options.Network) : null;
    }

    /// <summary>Whether every frame is signed, which plans have to make room for.</summary>
    public bool IsStrict => _signer is not null;

    /// <summary>Bytes an entry takes as a record by itself; what queues and quotas reckon with.</summary>
    public int RecordLength(VerifiedEntry entry, EncodeOptions? encode = null) =>
        _codec.Encode(entry, encode ?? new EncodeOptions(), RecordSequence.Start, isLocated: false, out _).Length;

    /// <summary>
    /// Packs entries into as few bursts as hold them, in order, author-sealed unless every transmission is attributed. Entries too long for
    /// one burst go as a chain.
    /// </summary>
    /// <param name="entries">The entries.</param>
    /// <param name="request">What the bursts are planned for.</param>
    /// <param name="encode">How entries are written.</param>
    /// <param name="isUrgent">Whether relays are asked to repeat the bursts before others; a chain cannot say so.</param>
    /// <exception cref="ArgumentException">An entry is longer than any chain carries.</exception>
    public IReadOnlyList<OutgoingBurst> WriteEntries(
        IReadOnlyList<VerifiedEntry> entries, PlanRequest request, EncodeOptions? encode = null, bool isUrgent = false)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(request);
        encode ??= new EncodeOptions();
        request = WithSignature(request);
        var room = SymbolPlanner.MaxBurstLength(request) - BurstFormat.SealedOverhead - (isUrgent ? 1 : 0);
        var bursts = new List<OutgoingBurst>();
        var batch = new Batch(_codec, encode);
        foreach (var entry in entries)
        {
            if (batch.Count > 0 && !batch.TryAdd(entry, room))
            {
                bursts.AddRange(Close(batch, request, isUrgent));
                batch = new Batch(_codec, encode);
            }

            if (batch.Count == 0)
            {
                batch.TryAdd(entry, int.MaxValue);
            }
        }

        if (batch.Count > 0)
        {
            bursts.AddRange(Close(batch, request, isUrgent));
        }

        return bursts;
    }

    /// <summary>Seals a body that fits one burst.</summary>
    /// <exception cref="ArgumentException">The body is too long for one burst, or the kind is not sealed by gateways.</exception>
    public OutgoingBurst Write(BurstKind kind, ReadOnlySpan<byte> body, PlanRequest request)
    {
        if (!BurstFormat.IsGatewaySealed(kind))
        {
            throw new ArgumentException("An author's entry is not sealed by a gateway.", nameof(kind));
        }

        request = WithSignature(request);
        var plan = SymbolPlanner.Plan(BurstFormat.SealedOverhead + body.Length, request)
            ?? throw new ArgumentException($"A body of {body.Length} bytes does not fit one burst.", nameof(body));
        var padded = new byte[plan.SourceSymbols * plan.SymbolLength];
        var length = BurstFormat.SealedOverhead + body.Length;
        padded[0] = FirstByte(kind, padded.Length - length);
        KeyId.Of(_options.Key.PublicKey).Write(padded.AsSpan(1));
        var counter = _options.Counter.Next();
        for (var index = 0; index < BurstFormat.CounterLength; index++)
        {
            padded[1 + KeyId.Length + index] = (byte)(counter >> (8 * (BurstFormat.CounterLength - 1 - index)));
        }

        body.CopyTo(padded.AsSpan(BurstFormat.SealedHeaderLength));
        var signed = padded.AsSpan(0, length - BurstFormat.SignatureLength);
        SealDomain.SignBurst(_options.Key, _options.Network, signed, padded.AsSpan(signed.Length, BurstFormat.SignatureLength));
        return Outgoing(padded, kind, plan);
    }

    /// <summary>
    /// Speaks somebody else's burst again: same bytes, same K, same T, symbols of our own choice. Where we sign every frame and the burst
    /// was cut without room for it, its frames go out unsigned: K and T are not ours to change.
    /// </summary>
    public OutgoingBurst Repeat(ReceivedBurst burst)
    {
        ArgumentNullException.ThrowIfNull(burst);
        var hasRoom = burst.Key.SymbolLength + FrameFormat.Overhead(burst.Key.SourceSymbols, strict: true) <= FrameFormat.MaxFrameLength;
        return new OutgoingBurst(burst.PaddedBytes.ToArray(), burst.Key, burst.Kind, null, _options.Random, hasRoom ? _signer : null);
    }

    /// <summary>A record that is the same bytes at every gateway which holds the entry's log, for coding over stored entries.</summary>
    /// <param name="entry">The entry; its position must be told beside the record.</param>
    public byte[] WriteCanonicalRecord(VerifiedEntry entry) => _codec.Encode(
        entry, new EncodeOptions { Encoding = EntryEncoding.Canonical }, RecordSequence.Start, isLocated: true, out _);

    private List<OutgoingBurst> Close(Batch batch, PlanRequest request, bool isUrgent)
    {
        batch.Entries.ForEach(_codec.Shapes.NoteSent);
        // Every record is signed by its author; a gateway's seal over them proves only who spoke.
        // The mark stands behind a list of records, be it a list of one.
        isUrgent &= BurstFormat.SealedOverhead + batch.Length + 1 <= SymbolPlanner.MaxBurstLength(request);
        var several = batch.Count > 1 || isUrgent;
        if (!_options.AlwaysAttribute)
        {
            byte[] body = several ? [BurstFormat.SeveralRecords, .. batch.ToBody(isUrgent)] : batch.Single;
            if (SymbolPlanner.Plan(BurstFormat.AuthorHeaderLength + body.Length, request) is { } plan)
            {
                var padded = new byte[plan.SourceSymbols * plan.SymbolLength];
                body.CopyTo(padded.AsSpan(BurstFormat.AuthorHeaderLength));
                padded[0] = FirstByte(BurstKind.AuthorEntry, padded.Length - body.Length - BurstFormat.AuthorHeaderLength);
                return [Outgoing(padded, BurstKind.AuthorEntry, plan)];
            }
        }

        if (several)
        {
            return [Write(BurstKind.Entries, batch.ToBody(isUrgent), request)];
        }

        var record = batch.Single;
        return BurstFormat.SealedOverhead + record.Length <= SymbolPlanner.MaxBurstLength(request)
            ? [Write(BurstKind.Entry, record, request)]
            : WriteChain(record, request);
    }

    private PlanRequest WithSignature(PlanRequest request) => request.Strict == IsStrict ? request : request with { Strict = IsStrict };

    private List<OutgoingBurst> WriteChain(byte[] record, PlanRequest request)
    {
        var chain = new Chain(record, SymbolPlanner.MaxBurstLength(request) - BurstFormat.SealedOverhead);
        return [.. chain.Parts.Select(part => Write(BurstKind.ChainPart, part, request))];
    }

    private OutgoingBurst Outgoing(byte[] padded, BurstKind kind, SymbolPlan plan)
    {
        var key = new BurstKey(BurstTag.Of(padded), plan.SourceSymbols, plan.SymbolLength);
        return new OutgoingBurst(padded, key, kind, plan, _options.Random, _signer);
    }

    private static byte FirstByte(BurstKind kind, int padding) => (byte)(((int)kind << BurstFormat.KindShift) | padding);
}
