using System.Runtime.InteropServices;
using System.Text;

namespace QEngine.Tools.Mpi;

/// <summary>The functions that are used of an MPI library, which is found at run time.</summary>
/// <remarks>
/// What is passed as a handle differs: addresses of objects in Open MPI, numbers in MPICH, and others in the binary interface of MPI 5.
/// A number of 32 bits may be passed as one of 64, of which the callee reads the lower half.
/// </remarks>
internal sealed unsafe class MpiLibrary
{
    // MPI_MAX_LIBRARY_VERSION_STRING of MPICH, the longest.
    private const int MaxVersionLength = 8192;

    // More than an MPI_Status of any library, in numbers of 64 bits; what it says is not asked for.
    private const int StatusLength = 16;

    private static readonly string[] OpenMpi = ["libmpi.so.40"], Mpich = ["libmpich.so.12", "libmpi.so.12"], Standard = ["libmpi_abi.so.0"];

    // MPI's network libraries would take signals that the runtime needs: a null reference would end the program with their report.
    private static readonly (string Variable, string Value)[] LeaveSignalsAlone =
        [("IPATH_NO_BACKTRACE", "1"), ("HFI_NO_BACKTRACE", "1"), ("UCX_HANDLE_ERRORS", "none")];

    private readonly nint _world, _byte;
    private readonly int _funneled;
    private readonly delegate* unmanaged[Cdecl]<int*, void*, int, int*, int> _initThread;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _rank, _size;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, int> _allgatherv;
    private readonly delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, int> _alltoallv;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> _iallgatherv;
    private readonly delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> _ialltoallv;
    private readonly delegate* unmanaged[Cdecl]<nint*, int*, void*, int> _test;
    private readonly delegate* unmanaged[Cdecl]<nint*, void*, int> _wait;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> _abort;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;

    private MpiLibrary(nint library, bool isStandard)
    {
        _initThread = (delegate* unmanaged[Cdecl]<int*, void*, int, int*, int>)Function(library, "MPI_Init_thread");
        _rank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Function(library, "MPI_Comm_rank");
        _size = (delegate* unmanaged[Cdecl]<nint, int*, int>)Function(library, "MPI_Comm_size");
        _allgatherv =
            (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, int>)Function(library, "MPI_Allgatherv");
        _alltoallv = (delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, int>)Function(
            library, "MPI_Alltoallv");
        _iallgatherv = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Function(
            library, "MPI_Iallgatherv");
        _ialltoallv = (delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Function(
            library, "MPI_Ialltoallv");
        _test = (delegate* unmanaged[Cdecl]<nint*, int*, void*, int>)Function(library, "MPI_Test");
        _wait = (delegate* unmanaged[Cdecl]<nint*, void*, int>)Function(library, "MPI_Wait");
        _abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Function(library, "MPI_Abort");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Function(library, "MPI_Finalize");
        Version = ReadVersion(library);
        (_world, _byte, _funneled) = isStandard ? (0x101, 0x247, 1024)
            : Version.StartsWith("Open MPI", StringComparison.Ordinal)
                ? (Function(library, "ompi_mpi_comm_world"), Function(library, "ompi_mpi_byte"), 1)
                : (0x44000000, 0x4c00010d, 1);
    }

    /// <summary>What the library says it is.</summary>
    public string Version { get; }

    /// <summary>Loads the library that fits the launcher.</summary>
    /// <exception cref="QEngineException">There is none, or it lacks a function.</exception>
    public static MpiLibrary Load()
    {
        // Some are read as soon as the library is loaded.
        foreach ((string variable, string value) in LeaveSignalsAlone) SetEnvironment(variable, value);
        string[] names = MpiLauncher.IsForOpenMpi ? [.. OpenMpi, .. Standard, .. Mpich] : [.. Mpich, .. Standard, .. OpenMpi];
        foreach (string name in names)
            if (NativeLibrary.TryLoad(name, out nint library)) return new MpiLibrary(library, Standard.Contains(name));
        throw new QEngineException(
            $"expected an MPI library, since an MPI launcher started the program, found none of {string.Join(", ", names)}");
    }

    /// <summary>Starts MPI; the calling thread is the only one that calls it.</summary>
    public void Initialize()
    {
        int provided;
        Check(_initThread(null, null, _funneled, &provided), "MPI_Init_thread");
    }

    /// <summary>Which of the processes this is.</summary>
    public int Rank()
    {
        int rank;
        Check(_rank(_world, &rank), "MPI_Comm_rank");
        return rank;
    }

    /// <summary>How many processes there are.</summary>
    public int Size()
    {
        int size;
        Check(_size(_world, &size), "MPI_Comm_size");
        return size;
    }

    /// <summary>MPI_Allgatherv of bytes.</summary>
    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts, ReadOnlySpan<int> places)
    {
        fixed (byte* ownBytes = own, allBytes = all)
        fixed (int* allCounts = counts, allPlaces = places)
            Check(_allgatherv(ownBytes, own.Length, _byte, allBytes, allCounts, allPlaces, _byte, _world), "MPI_Allgatherv");
    }

    /// <summary>MPI_Alltoallv of bytes.</summary>
    public void AllToAll(
        ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, ReadOnlySpan<int> sentPlaces, Span<byte> received,
        ReadOnlySpan<int> receivedCounts, ReadOnlySpan<int> receivedPlaces)
    {
        fixed (byte* from = sent, to = received)
        fixed (int* fromCounts = sentCounts, fromPlaces = sentPlaces, toCounts = receivedCounts, toPlaces = receivedPlaces)
            Check(_alltoallv(from, fromCounts, fromPlaces, _byte, to, toCounts, toPlaces, _byte, _world), "MPI_Alltoallv");
    }

    /// <summary>MPI_Iallgatherv of bytes, all of them pinned.</summary>
    /// <returns>The request.</returns>
    public nint BeginAllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts, ReadOnlySpan<int> places)
    {
        nint request = 0;
        fixed (byte* ownBytes = own, allBytes = all)
        fixed (int* allCounts = counts, allPlaces = places)
            Check(
                _iallgatherv(ownBytes, own.Length, _byte, allBytes, allCounts, allPlaces, _byte, _world, &request), "MPI_Iallgatherv");
        return request;
    }

    /// <summary>MPI_Ialltoallv of bytes, all of them pinned.</summary>
    /// <returns>The request.</returns>
    public nint BeginAllToAll(
        ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, ReadOnlySpan<int> sentPlaces, Span<byte> received,
        ReadOnlySpan<int> receivedCounts, ReadOnlySpan<int> receivedPlaces)
    {
        nint request = 0;
        fixed (byte* from = sent, to = received)
        fixed (int* fromCounts = sentCounts, fromPlaces = sentPlaces, toCounts = receivedCounts, toPlaces = receivedPlaces)
            Check(
                _ialltoallv(from, fromCounts, fromPlaces, _byte, to, toCounts, toPlaces, _byte, _world, &request), "MPI_Ialltoallv");
        return request;
    }

    /// <summary>Whether a request is done, which ends it.</summary>
    public bool Test(nint request)
    {
        long* status = stackalloc long[StatusLength];
        int done;
        Check(_test(&request, &done, status), "MPI_Test");
        return done != 0;
    }

    /// <summary>Waits for a request and ends it.</summary>
    public void Wait(nint request)
    {
        long* status = stackalloc long[StatusLength];
        Check(_wait(&request, status), "MPI_Wait");
    }

    /// <summary>Ends all processes.</summary>
    public void Abort(int exitCode) => _ = _abort(_world, exitCode);

    /// <summary>Ends MPI, once all processes do.</summary>
    public void Complete() => Check(_finalize(), "MPI_Finalize");

    private static string ReadVersion(nint library)
    {
        var version = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Function(library, "MPI_Get_library_version");
        byte[] text = new byte[MaxVersionLength];
        int length;
        fixed (byte* characters = text) Check(version(characters, &length), "MPI_Get_library_version");
        return Encoding.UTF8.GetString(text, 0, Math.Clamp(length, 0, text.Length)).TrimEnd('\0');
    }

    private static nint Function(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint function)
        ? function
        : throw new QEngineException($"expected an MPI library with {name}, found one without it");

    // Environment.SetEnvironmentVariable is seen by managed code alone.
    private static void SetEnvironment(string variable, string value)
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "setenv", out nint address)) return;
        var setenv = (delegate* unmanaged[Cdecl]<byte*, byte*, int, int>)address;
        fixed (byte* name = Encoding.UTF8.GetBytes(variable + '\0'), text = Encoding.UTF8.GetBytes(value + '\0'))
            _ = setenv(name, text, 0);
    }

    private static void Check(int error, string function)
    {
        if (error != 0) throw new QEngineException($"expected {function} to succeed, found error {error}");
    }
}
