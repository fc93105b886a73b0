namespace P2Panda.Core.Operations;

/// <summary>What an operation does to a document.</summary>
public enum OperationAction : byte
{
    /// <summary>Makes a document; the operation's id becomes the document's.</summary>
    Create = 0,

    /// <summary>Changes some fields.</summary>
    Update = 1,

    /// <summary>Removes the document.</summary>
    Delete = 2,
}
