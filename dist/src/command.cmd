@echo off
rem Starts the command of this file's name, by the Java of this archive or, where it has none, by another.
setlocal
set "home=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if exist "%home%\java\bin\java.exe" set "java=%home%\java\bin\java"
if not defined SVT_LOG set "SVT_LOG=1"
if not defined OPENCV_LOG_LEVEL set "OPENCV_LOG_LEVEL=SILENT"
set "collector=-XX:+UseSerialGC"
if defined JAVA_TOOL_OPTIONS set "collector="
if defined JDK_JAVA_OPTIONS set "collector="
if not "%~n0" == "runtime" set "collector=-Dorg.bytedeco.javacpp.logger=slf4j"
"%java%" %collector% --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true "-Dsubpixel.bin=%~dp0." "-Donnxruntime.native.path=%home%\natives" "-Djava.library.path=%home%\natives" -jar "%home%\lib\%~n0.jar" %*
exit /b %ERRORLEVEL%
