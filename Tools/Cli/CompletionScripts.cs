namespace QEngine.Tools.Cli;

/// <summary>
/// What a shell is told to complete qengine's command lines: it asks <c>qengine complete -- WORDS</c>, whose last word is the one being
/// typed, and completes names of files where that answers nothing.
/// </summary>
internal static class CompletionScripts
{
    /// <summary>For bash: <c>source &lt;(qengine completion bash)</c>.</summary>
    public const string Bash = """
        _qengine() {
            local IFS=$'\n'
            COMPREPLY=($(qengine complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null))
        }
        complete -o default -o bashdefault -F _qengine qengine
        """;

    /// <summary>For zsh: <c>source &lt;(qengine completion zsh)</c>.</summary>
    public const string Zsh = """
        #compdef qengine
        _qengine() {
            local -a found
            found=("${(@f)$(qengine complete -- "${words[@]:1:$((CURRENT - 1))}" 2> /dev/null)}")
            if [[ -n "${found[*]}" ]]; then compadd -- "${found[@]}"; else _files; fi
        }
        compdef _qengine qengine
        """;

    /// <summary>For fish: <c>qengine completion fish | source</c>.</summary>
    public const string Fish = """
        function __qengine_complete
            set -l words (commandline -opc) (commandline -ct)
            qengine complete -- $words[2..] 2> /dev/null
        end
        complete -c qengine -a "(__qengine_complete)"
        """;

    /// <summary>For PowerShell: <c>qengine completion pwsh | Out-String | Invoke-Expression</c>.</summary>
    public const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName qengine -ScriptBlock {
            param($word, $line, $position)
            $before = $line.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $position }
            $words = @($before | ForEach-Object { "$_" })
            qengine complete -- @words "$word" 2> $null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;
}
