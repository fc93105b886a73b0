using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Materialisation;

/// <summary>A field of a document as one view shows it.</summary>
/// <param name="Value">The value that won.</param>
/// <param name="SetBy">The operation it comes from.</param>
public sealed record DocumentField(PlainValue Value, EntryId SetBy);
