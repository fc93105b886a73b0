namespace P2Panda.Documents.Queries;

/// <summary>A part of a file.</summary>
/// <param name="Start">Where in the file it begins.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Inline">The bytes, when they are few.</param>
/// <param name="Operation">Otherwise the operation that has them.</param>
internal sealed record BlobPiece(long Start, long Length, byte[]? Inline, byte[]? Operation);
