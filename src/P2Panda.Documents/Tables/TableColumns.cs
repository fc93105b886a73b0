namespace P2Panda.Documents.Tables;

/// <summary>A table's name and columns, in the order in which rows are written.</summary>
internal sealed record TableColumns(string Name, params TableColumn[] Columns);
