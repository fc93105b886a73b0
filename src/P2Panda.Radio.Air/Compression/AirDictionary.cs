using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// The operation shapes and the authors a gateway knows beyond its store: learned from what it decodes and from announcements. Nothing is
/// agreed on and nothing is numbered: a shape's name is its hash and an author's his key, so every gateway that has met one can resolve a
/// reference to it. A term counts as shared once it was heard, announced, or sent in full a few times. Bounded; the term not used for
/// longest is forgotten.
/// </summary>
public sealed class AirDictionary
{
    /// <summary>Shapes remembered.</summary>
    public const int MaxShapes = 1024;

    /// <summary>Authors remembered.</summary>
    public const int MaxAuthors = 1024;

    /// <summary>Bursts that carry a term in full before it counts as shared.</summary>
    public const int FullRepeats = 3;

    private readonly Dictionary<PublicKey, int> _authorsSent = [];
    private readonly LinkedList<PublicKey> _authorsByUse = new();
    private readonly Dictionary<string, LinkedListNode<Term>> _terms = [];
    private readonly LinkedList<Term> _byUse = new();

    /// <summary>Shapes known.</summary>
    public int Count => _terms.Count;

    /// <summary>Learns the shape of the first operation of every stored log, as far as there is room.</summary>
    public void LearnFrom(ILogView logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        foreach (var (log, _) in logs.Heights())
        {
            if (Count >= MaxShapes)
            {
                return;
            }

            if (log.Format == LogFormat.Bamboo && logs.TryGetBytes(log, 1, out _, out var payload) && payload is { } operation)
            {
                Learn(operation.Span);
            }
        }
    }

    /// <summary>Learns the shape of an operation that creates or updates.</summary>
    public void Learn(ReadOnlySpan<byte> operation)
    {
        if (OperationOutline.Read(operation) is { HasFields: true } outline)
        {
            Learn(outline.ShapeOf(operation), isShared: false);
        }
    }

    /// <summary>Learns the shape of an operation that went over the air, which others know too.</summary>
    internal void LearnHeard(ReadOnlySpan<byte> operation)
    {
        if (OperationOutline.Read(operation) is { HasFields: true } outline)
        {
            Learn(outline.ShapeOf(operation), isShared: true);
        }
    }

    /// <summary>The dictionary section of an announcement: the shapes used last, as many as fit.</summary>
    /// <param name="maxLength">Bytes.</param>
    public byte[] Announce(int maxLength)
    {
        var writer = new RecordWriter();
        foreach (var term in _byUse)
        {
            if (writer.Length + term.Shape.Encoded.Length <= maxLength)
            {
                writer.Bytes(term.Shape.Encoded);
                term.IsShared = true;
            }
        }

        return writer.ToArray();
    }

    /// <summary>Learns the dictionary section of somebody's announcement.</summary>
    /// <returns>Whether it parsed to the end.</returns>
    public bool LearnAnnounced(ReadOnlySpan<byte> section)
    {
        var reader = new RecordReader(section);
        while (!reader.IsAtEnd)
        {
            if (OperationShape.Read(ref reader) is not { } shape)
            {
                return false;
            }

            Learn(shape, isShared: true);
        }

        return true;
    }

    /// <summary>An author was heard of on the air.</summary>
    public void LearnAuthor(PublicKey author) => Touch(author, FullRepeats);

    /// <summary>The authors section of an announcement: those used last, as many as fit.</summary>
    /// <param name="maxLength">Bytes.</param>
    public byte[] AnnounceAuthors(int maxLength)
    {
        var writer = new RecordWriter();
        foreach (var author in _authorsByUse.Take(maxLength / PublicKey.Length).ToList())
        {
            writer.Bytes(author.Bytes);
            _authorsSent[author] = FullRepeats;
        }

        return writer.ToArray();
    }

    /// <summary>Grows with every shape and author that was not known; records that wait for terms are worth another look when it has grown.</summary>
    internal long TermsLearned { get; private set; }

    /// <summary>Authors known, those used last first.</summary>
    internal IEnumerable<PublicKey> Authors => _authorsByUse;

    internal bool IsShared(PublicKey author) => _authorsSent.GetValueOrDefault(author) >= FullRepeats;

    /// <summary>A burst went out that carries an entry: its terms were in it, in full or by reference.</summary>
    internal void NoteSent(VerifiedEntry entry)
    {
        Touch(entry.Log.Author, _authorsSent.GetValueOrDefault(entry.Log.Author) + 1);
        if (entry.PayloadBytes is { } payload && OperationOutline.Read(payload.Span) is { HasFields: true } outline)
        {
            var shape = outline.ShapeOf(payload.Span);
            Learn(shape, isShared: false);
            if (_terms.TryGetValue(Convert.ToHexString(shape.Hash), out var node) && ++node.Value.TimesSent >= FullRepeats)
            {
                node.Value.IsShared = true;
            }
        }
    }

    internal void Learn(OperationShape shape, bool isShared)
    {
        if (shape.Encoded.Length > OperationShape.MaxEncodedLength || shape.Names.Count > OperationShape.MaxNames)
        {
            return;
        }

        var key = Convert.ToHexString(shape.Hash);
        if (_terms.TryGetValue(key, out var node))
        {
            node.Value.IsShared |= isShared;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return;
        }

        if (_terms.Count >= MaxShapes)
        {
            _terms.Remove(Convert.ToHexString(_byUse.Last!.Value.Shape.Hash));
            _byUse.RemoveLast();
        }

        _terms[key] = _byUse.AddFirst(new Term(shape) { IsShared = isShared });
        TermsLearned++;
    }

    /// <summary>A known shape with these bytes, whether others are thought to know it too.</summary>
    internal bool TryFind(OperationShape shape, out bool isShared)
    {
        var known = _terms.TryGetValue(Convert.ToHexString(shape.Hash), out var node);
        isShared = known && node!.Value.IsShared;
        return known;
    }

    /// <summary>The shortest reference that few known shapes share.</summary>
    internal ShortReference ReferenceTo(OperationShape shape)
    {
        for (var length = 1; ; length++)
        {
            var reference = ShortReference.To(shape.Hash, length);
            if (length == ShortReference.MaxLength || _byUse.Count(term => reference.Matches(term.Shape.Hash)) <= 2)
            {
                return reference;
            }
        }
    }

    internal List<OperationShape> Resolve(ShortReference reference, int limit) =>
        [.. _byUse.Where(term => reference.Matches(term.Shape.Hash)).Take(limit).Select(term => term.Shape)];

    private void Touch(PublicKey author, int sent)
    {
        if (!_authorsByUse.Remove(author))
        {
            TermsLearned++;
        }

        _authorsByUse.AddFirst(author);
        _authorsSent[author] = sent;
        if (_authorsByUse.Count > MaxAuthors)
        {
            _authorsSent.Remove(_authorsByUse.Last!.Value);
            _authorsByUse.RemoveLast();
        }
    }

    private sealed class Term(OperationShape shape)
    {
        public OperationShape Shape { get; } = shape;

        public bool IsShared { get; set; }

        public int TimesSent { get; set; }
    }
}
