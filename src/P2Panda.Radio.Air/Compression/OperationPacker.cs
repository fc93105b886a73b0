namespace P2Panda.Radio.Air.Compression;

/// <summary>Writes an operation in fewer bytes, leaving out what its receivers can supply.</summary>
internal static class OperationPacker
{
    /// <summary>Packs an operation, unless it is not written as p2panda writes them.</summary>
    /// <returns>The shortest way, or none.</returns>
    public static byte[]? Pack(ReadOnlySpan<byte> payload, PackContext context, out OperationShape? shape)
    {
        var best = Pack(payload, context, null, false, out shape);
        if (best is null || !context.CodeStrings || shape!.Names.Count == 0)
        {
            return best;
        }

        foreach (var withBytes in (ReadOnlySpan<bool>)[false, true])
        {
            using var strings = new TextEncoder();
            if (Pack(payload, context, strings, withBytes, out _) is { } packed && strings.Length <= PackedOperation.MaxCodedLength)
            {
                byte[] whole = [.. packed, .. strings.Finish()];
                best = whole.Length < best.Length ? whole : best;
            }
        }

        return best;
    }

    private static byte[]? Pack(
        ReadOnlySpan<byte> payload, PackContext context, TextEncoder? strings, bool codeBytes, out OperationShape? shape)
    {
        shape = null;
        if (OperationOutline.Read(payload) is not { } outline)
        {
            return null;
        }

        var writer = new RecordWriter();

        shape = outline.ShapeOf(payload);
        if (shape.Names.Count > OperationShape.MaxNames || shape.Encoded.Length > OperationShape.MaxEncodedLength)
        {
            return null;
        }

        var choice = Choose(outline, shape, context);
        var impliedPrevious = outline.Action == 0 ||
            (outline.Previous.Count == 1 && context.Backlink == OperationOutline.ToId(payload[outline.Previous[0]]));
        writer.Byte((byte)((outline.Action << PackedOperation.ActionShift) | (choice.Source << PackedOperation.SourceShift) |
            ((impliedPrevious ? PackedOperation.PreviousImplied : PackedOperation.PreviousListed) << PackedOperation.PreviousShift) |
            choice.Fields));
        if (choice.Source == PackedOperation.SourceReference)
        {
            context.Shapes.ReferenceTo(choice.Shape).Write(writer);
        }
        else if (choice.Source == PackedOperation.SourceLiteral)
        {
            OperationShape.WriteSchema(writer, shape.Schema);
        }

        if (!impliedPrevious)
        {
            writer.Number((ulong)outline.Previous.Count);
            foreach (var digest in outline.Previous)
            {
                ItemWriter.WriteId(payload[digest], context, writer);
            }
        }

        if (outline.HasFields)
        {
            WriteFields(payload, outline, choice, new ItemWriter(context, writer, strings, codeBytes));
        }

        return writer.ToArray();
    }

    private static Choice Choose(OperationOutline outline, OperationShape shape, PackContext context)
    {
        var candidates = new List<Choice>();
        if (context.Encoding != EntryEncoding.Standalone && context.SequenceNumber > 1)
        {
            if (context.IsShared(context.Log, 1))
            {
                Consider(context.Known.ShapeAt(context.Log, 1), PackedOperation.SourceFirst, 0);
            }

            if (context.Encoding == EntryEncoding.Context && context.IsShared(context.Log, context.SequenceNumber - 1))
            {
                Consider(context.Known.ShapeAt(context.Log, context.SequenceNumber - 1), PackedOperation.SourceBefore, 0);
            }
        }

        if (context.Encoding == EntryEncoding.Context)
        {
            if (context.SequenceNumber == 1)
            {
                Consider(context.LastShape, PackedOperation.SourceBefore, 0);
            }

            if (!context.TermsAreNew && context.Shapes.TryFind(shape, out var isShared) && (isShared || context.AssumeSharedTerms))
            {
                Consider(shape, PackedOperation.SourceReference, context.Shapes.ReferenceTo(shape).Length);
            }
        }

        Consider(shape, PackedOperation.SourceLiteral, shape.Encoded.Length);
        return candidates.MinBy(candidate => candidate.Cost)!;

        void Consider(OperationShape? candidate, int source, int cost)
        {
            if (candidate is null || !candidate.Schema.AsSpan().SequenceEqual(shape.Schema))
            {
                return;
            }

            var fields = !outline.HasFields || (candidate.HasNames(shape.Names) && source != PackedOperation.SourceLiteral)
                ? PackedOperation.FieldsAll
                : source != PackedOperation.SourceLiteral && BitmapOf(shape, candidate) is not null
                    ? PackedOperation.FieldsBitmap
                    : PackedOperation.FieldsNamed;
            cost += fields switch
            {
                PackedOperation.FieldsBitmap => (candidate.Names.Count + 7) / 8,
                PackedOperation.FieldsNamed when source != PackedOperation.SourceLiteral => 2 + shape.Names.Sum(name => name.Length + 1),
                _ => 0,
            };
            candidates.Add(new Choice(candidate, source, fields, cost));
        }
    }

    private static byte[]? BitmapOf(OperationShape shape, OperationShape of)
    {
        var bitmap = new byte[(of.Names.Count + 7) / 8];
        var next = 0;
        for (var index = 0; index < of.Names.Count && next < shape.Names.Count; index++)
        {
            if (of.Names[index].AsSpan().SequenceEqual(shape.Names[next]))
            {
                bitmap[index / 8] |= (byte)(1 << (index % 8));
                next++;
            }
        }

        return next == shape.Names.Count ? bitmap : null;
    }

    private static void WriteFields(ReadOnlySpan<byte> payload, OperationOutline outline, Choice choice, ItemWriter items)
    {
        var writer = items.Output;
        if (choice.Fields == PackedOperation.FieldsBitmap)
        {
            writer.Bytes(BitmapOf(outline.ShapeOf(payload), choice.Shape));
        }
        else if (choice.Fields == PackedOperation.FieldsNamed)
        {
            writer.Number((ulong)outline.Fields.Count);
        }

        foreach (var (name, value) in outline.Fields)
        {
            if (choice.Fields == PackedOperation.FieldsNamed)
            {
                writer.Number((ulong)payload[name].Length);
                writer.Bytes(payload[name]);
            }

            var rest = payload[value];
            while (!rest.IsEmpty)
            {
                items.Write(ref rest);
            }
        }
    }

    private sealed record Choice(OperationShape Shape, int Source, int Fields, int Cost);
}
