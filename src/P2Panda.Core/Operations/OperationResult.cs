using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Core.Operations;

/// <summary>An operation, or why there is none.</summary>
/// <param name="Operation">The operation, when the bytes are one.</param>
/// <param name="Refusal">The first thing that is wrong.</param>
public readonly record struct OperationResult(Operation? Operation, OperationRefusal Refusal)
{
    /// <summary>Whether the bytes are an operation.</summary>
    [MemberNotNullWhen(true, nameof(Operation))]
    public bool IsDecoded => Operation is not null;
}
