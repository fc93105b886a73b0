namespace P2Panda.Core.Operations;

/// <summary>Why bytes are not an operation.</summary>
public enum OperationRefusal
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>There are no bytes.</summary>
    Empty,

    /// <summary>More bytes than this node takes.</summary>
    TooLarge,

    /// <summary>The bytes end within an item.</summary>
    Truncated,

    /// <summary>The bytes are not CBOR, or text is not UTF-8.</summary>
    MalformedCbor,

    /// <summary>The outer item is not an array.</summary>
    NotAnArray,

    /// <summary>The outer array does not state its length; the number of its items could not be relied on.</summary>
    IndefiniteArray,

    /// <summary>The array has no items.</summary>
    MissingVersion,

    /// <summary>The version is not an unsigned integer.</summary>
    InvalidVersion,

    /// <summary>The version is not 1.</summary>
    UnsupportedVersion,

    /// <summary>There is no second item.</summary>
    MissingAction,

    /// <summary>The action is not an unsigned integer.</summary>
    InvalidAction,

    /// <summary>The action is not create, update or delete.</summary>
    UnknownAction,

    /// <summary>There is no third item.</summary>
    MissingSchemaId,

    /// <summary>The schema id is not text.</summary>
    InvalidSchemaId,

    /// <summary>The schema id does not have the form of one.</summary>
    MalformedSchemaId,

    /// <summary>An update or a delete names no previous operations.</summary>
    MissingPrevious,

    /// <summary>The previous operations are not a list of hashes.</summary>
    InvalidPrevious,

    /// <summary>The list of previous operations is empty.</summary>
    EmptyPrevious,

    /// <summary>The previous operations are not in ascending order, or one is there twice.</summary>
    UnsortedPrevious,

    /// <summary>A create or an update has no fields.</summary>
    MissingFields,

    /// <summary>The fields are not a map.</summary>
    InvalidFields,

    /// <summary>More fields than a schema can have.</summary>
    TooManyFields,

    /// <summary>A field's name is not text.</summary>
    InvalidFieldName,

    /// <summary>Field names are not in byte order.</summary>
    UnsortedFields,

    /// <summary>A field is there twice.</summary>
    DuplicateField,

    /// <summary>A field's value is of no type that a field can have.</summary>
    UnsupportedValue,

    /// <summary>An integer does not fit 64 bits with sign.</summary>
    IntegerOutOfRange,

    /// <summary>A list has an element that is no hash, or elements of different kinds.</summary>
    InvalidListElement,

    /// <summary>The array has more items than the action asks for.</summary>
    TooManyItems,
}
