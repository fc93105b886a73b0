namespace P2Panda.Documents.Tests;

/// <summary>What the tables do beside stores that outlive the process.</summary>
public abstract class DurableDocumentsContract : MaterialisedDocumentsContract;
